/** WebSockets (RFC 6455) as links: the only file that knows the library. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { MAX_FRAME_TO_RELAY_BYTES, PING_EVERY_MS } from '../protocol/limits.ts';
import { SUBPROTOCOL } from '../protocol/suite.ts';
import type { Source } from './gate.ts';
import type { Accept, Link, Transport } from './transport.ts';

export interface SocketTransport extends Transport {
  /** Takes a connection over from HTTP; the request offers the subprotocol. */
  upgrade(handshake: Handshake, accept: Accept): void;
}

/** What Node's HTTP server says of a request to upgrade. */
export interface Handshake {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  source: Source;
}

export function webSockets(pingEveryMs = PING_EVERY_MS): SocketTransport {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_TO_RELAY_BYTES,
    // Text that is not UTF-8 is a bad frame like others: it gets an answer.
    skipUTF8Validation: true,
    handleProtocols: () => SUBPROTOCOL,
  });
  const open = new Map<WebSocket, Connected>();
  const pinging = setInterval(() => ping(open), pingEveryMs).unref();
  return {
    upgrade: ({ request, socket, head, source }, accept) => {
      server.handleUpgrade(request, socket, head, ws => attach({ ws, socket, source, open, accept }));
    },
    close: async (code, withinMs) => {
      clearInterval(pinging);
      const gone = [...open.keys()].map(ws => new Promise(resolve => ws.once('close', resolve)));
      for (const { link } of open.values()) link.close(code);
      const late = setTimeout(() => {
        for (const ws of open.keys()) ws.terminate();
      }, withinMs);
      await Promise.all(gone);
      clearTimeout(late);
    },
  };
}

interface Connected {
  link: Link;
  /** Something was heard since the last ping. */
  alive: boolean;
}

interface Attached {
  ws: WebSocket;
  socket: Duplex;
  source: Source;
  open: Map<WebSocket, Connected>;
  accept: Accept;
}

function attach({ ws, socket, source, open, accept }: Attached): void {
  const connected: Connected = { link: linkOf(ws, socket, source), alive: true };
  open.set(ws, connected);
  const receiver = accept(connected.link);
  ws.on('message', (data: Buffer, isBinary) => {
    connected.alive = true;
    receiver.received(data, isBinary);
  });
  ws.on('pong', () => {
    connected.alive = true;
  });
  socket.on('drain', () => {
    connected.alive = true;
    receiver.drained();
  });
  ws.on('close', () => {
    open.delete(ws);
    receiver.closed();
  });
  // What breaks the protocol is closed by the library with its own code; `close` follows.
  ws.on('error', () => {});
}

/** Frames are finished, and the library never holds any back without compression: they may go to the socket directly. */
const linkOf = (ws: WebSocket, socket: Duplex, source: Source): Link => ({
  source,
  write: frames => {
    if (ws.readyState !== ws.OPEN) return;
    const [first] = frames;
    if (frames.length === 1 && first) socket.write(first);
    else writeTogether(socket, frames);
  },
  backlog: () => socket.writableLength,
  pause: () => ws.pause(),
  resume: () => ws.resume(),
  close: code => ws.close(code),
  terminate: () => ws.terminate(),
});

function writeTogether(socket: Duplex, frames: readonly Uint8Array[]): void {
  socket.cork();
  for (const frame of frames) socket.write(frame);
  socket.uncork();
}

/** Whoever has not been heard since the last ping is gone. */
function ping(open: Map<WebSocket, Connected>): void {
  for (const [ws, connected] of open) {
    if (!connected.alive) ws.terminate();
    connected.alive = false;
    if (ws.readyState === ws.OPEN) ws.ping();
  }
}
