/**
 * A listener for a place behind a proxy that speaks the PROXY protocol: every connection tells first whose it is, before
 * TLS or HTTP. From then on it is the HTTP server's alone, and nobody stands between it and the socket.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Server as TlsServer } from 'node:tls';
import type { Door } from './connections.ts';
import { parseProxyHeader } from './proxy-header.ts';

/** A proxy sends the header with its first packet; one may be lost on the way. */
const HEADER_MS = 5000;

/** Whoever has not said in time whose a connection is, or says it wrongly, is cut off without a word. */
export function proxied(server: Server, headerMs = HEADER_MS): Door {
  const isTls = server instanceof TlsServer;
  const claim = isTls ? claimInside(server) : rename;
  const waiting = new Set<Socket>();
  const listener = createServer({ allowHalfOpen: !isTls, noDelay: true }, socket => {
    waiting.add(socket);
    readHeader(socket, headerMs, address => {
      waiting.delete(socket);
      if (socket.destroyed) return;
      if (address !== undefined) claim(socket, address);
      server.emit('connection', socket);
    });
  });
  if (server.maxConnections) listener.maxConnections = server.maxConnections;
  // The limits on slow requests begin with the one, and end with the other.
  listener.on('listening', () => server.emit('listening'));
  listener.on('close', () => server.close());
  return { listener, waiting };
}

const NOTHING = Buffer.alloc(0);

/** Calls `done` once: with the address in the header, or with the socket destroyed. */
function readHeader(socket: Socket, headerMs: number, done: (address: string | undefined) => void): void {
  let soFar: Buffer = NOTHING;
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (!chunk) return;
    soFar = soFar === NOTHING ? chunk : Buffer.concat([soFar, chunk]);
    const header = parseProxyHeader(soFar);
    if (header === 'bad') socket.destroy();
    else if (header !== 'more') {
      settle();
      if (soFar.length > header.length) socket.unshift(soFar.subarray(header.length));
      done(header.address);
    }
  };
  const giveUp = () => void socket.destroy();
  const gone = () => {
    settle();
    done(undefined);
  };
  const late = setTimeout(giveUp, headerMs).unref();
  const settle = () => {
    clearTimeout(late);
    socket.off('readable', look).off('end', giveUp).off('error', giveUp).off('close', gone);
  };
  socket.on('readable', look).on('end', giveUp).on('error', giveUp).on('close', gone);
}

/** Whoever asks where a connection comes from asks its socket. */
const rename = (socket: Socket, address: string): void => {
  Object.defineProperty(socket, 'remoteAddress', { value: address, configurable: true });
};

/** A TLS socket knows the other end of the one that it wraps, but not that socket itself. */
function claimInside(server: Server): (socket: Socket, address: string) => void {
  const claims = new Map<string, string>();
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const address = claims.get(endsOf(socket));
    if (address !== undefined) rename(socket, address);
  });
  return (socket, address) => {
    const ends = endsOf(socket);
    claims.set(ends, address);
    socket.once('close', () => claims.delete(ends));
  };
}

/** No two open connections have the same. */
const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  [remoteAddress, remotePort, localAddress, localPort].join(' ');
