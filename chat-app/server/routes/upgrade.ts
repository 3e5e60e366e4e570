/** From HTTP to WebSocket: path, origin and subprotocol are looked at first (e2ee/1, section 8). */
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SOCKET_PATH, SUBPROTOCOL } from '../../protocol/suite.ts';
import type { Gate, Turned } from '../gate.ts';
import type { SocketTransport } from '../socket.ts';
import type { Accept } from '../transport.ts';
import type { Asker } from './address.ts';

export interface UpgradeOptions {
  transport: SocketTransport;
  allows: (asker: Asker) => boolean;
  gate: Gate;
  /** The address that limits count for. */
  sourceOf: (asker: Asker) => string;
  turnedAway: (why: Turned) => void;
  isDraining: () => boolean;
  /** Who takes a connection to `/ws`, or to `/ws?probe`; undefined when it takes none now. */
  choose: (probe: boolean) => Accept | undefined;
}

export function upgrades(server: Server, options: UpgradeOptions): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [pathname = '/', query] = (request.url ?? '/').split('?', 2);
    if (socket.destroyed) return;
    const status = refusal(request, pathname, options);
    if (status !== undefined) return refuse(socket, status);
    const source = options.gate.enter(options.sourceOf(askerOf(request)));
    if (typeof source === 'string') {
      options.turnedAway(source);
      return refuse(socket, source === 'crowded' ? 503 : 429);
    }
    const accept = options.choose(new URLSearchParams(query).has('probe'));
    if (accept && options.transport.upgrade({ request, socket, head, source }, accept)) return;
    if (!accept) refuse(socket, 503);
    socket.once('close', () => options.gate.leave(source));
  });
}

const askerOf = ({ headers, socket }: IncomingMessage): Asker => ({ headers, remoteAddress: socket.remoteAddress });

function refusal(request: IncomingMessage, pathname: string, options: UpgradeOptions): number | undefined {
  if (options.isDraining()) return 503;
  if (pathname !== SOCKET_PATH) return 404;
  if (!options.allows(askerOf(request))) return 403;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim());
  return offered.includes(SUBPROTOCOL) ? undefined : 400;
}

function refuse(socket: Duplex, status: number): void {
  // The peer may be gone already: then there is nobody to tell.
  socket.on('error', () => socket.destroy());
  const reason = STATUS_CODES[status];
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nContent-Length: ${reason?.length}\r\nConnection: close\r\n\r\n${reason}`,
  );
}
