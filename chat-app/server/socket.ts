/** WebSockets (RFC 6455) as links: the only file that knows the library. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData } from 'ws';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME_TO_RELAY_BYTES, PING_EVERY_MS } from '../protocol/limits.ts';
import { SUBPROTOCOL } from '../protocol/suite.ts';
import type { Source } from './gate.ts';
import type { Taker } from './hot.ts';
import { takeHotFrames } from './hot.ts';
import type { Accept, Link, Receiver, Transport } from './transport.ts';

export interface SocketTransport extends Transport {
  /** Takes a connection over from HTTP when its handshake is a good one; the request offers the subprotocol. */
  upgrade(handshake: Handshake, accept: Accept): boolean;
}

/** What Node's HTTP server says of a request to upgrade. */
export interface Handshake {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  source: Source;
}

export interface Options {
  /** Called with the source of each connection that was taken, when it is gone. */
  left: (source: Source) => void;
  pingEveryMs?: number | undefined;
}

export function webSockets({ left, pingEveryMs = PING_EVERY_MS }: Options): SocketTransport {
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: Connection,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_TO_RELAY_BYTES,
    // Text that is not UTF-8 is a bad frame like others: it gets an answer.
    skipUTF8Validation: true,
    handleProtocols: () => SUBPROTOCOL,
  });
  const open: Open = { connections: new Set(), left };
  const pinging = setInterval(() => ping(open), pingEveryMs).unref();
  return {
    upgrade: ({ request, socket, head, source }, accept) => {
      let taken = false;
      // What the relay says first goes out together with the answer to the handshake.
      socket.cork();
      server.handleUpgrade(request, socket, head, connection => {
        taken = true;
        begin(connection, { socket, source, open, accept });
      });
      socket.uncork();
      return taken;
    },
    close: async (code, withinMs) => {
      clearInterval(pinging);
      const all = [...open.connections];
      const gone = all.map(each => new Promise(resolve => each.once('close', resolve)));
      for (const each of all) each.close(code);
      const late = setTimeout(() => {
        for (const each of open.connections) each.terminate();
      }, withinMs);
      await Promise.all(gone);
      clearTimeout(late);
    },
  };
}

interface Open {
  connections: Set<Connection>;
  left: (source: Source) => void;
}

interface Taken {
  socket: Duplex;
  source: Source;
  open: Open;
  accept: Accept;
}

/**
 * The library's object is the link itself, and all have the same listeners: ten thousand connections that say nothing
 * would need as much again for a closure for each and each event.
 */
class Connection extends WebSocket implements Link, Taker {
  socket!: Duplex;
  source!: Source;
  open!: Open;
  receiver!: Receiver;
  /** Something was heard since the last ping. */
  alive = true;
  /** The network has not taken everything yet. */
  behind = false;

  /** Frames are finished, and the library never holds any back without compression: they may go to the socket directly. */
  write(frames: readonly Uint8Array[]): void {
    if (this.readyState !== this.OPEN) return;
    const [first] = frames;
    const isTaken = frames.length === 1 && first ? this.socket.write(first) : writeTogether(this.socket, frames);
    if (isTaken || this.behind) return;
    this.behind = true;
    this.socket.once('drain', () => drained(this));
  }

  take(payload: Buffer): void {
    this.alive = true;
    this.receiver.received(payload, true);
  }

  backlog(): number {
    return this.socket.writableLength;
  }
}

function begin(connection: Connection, { socket, source, open, accept }: Taken): void {
  Object.assign(connection, { socket, source, open });
  open.connections.add(connection);
  connection.receiver = accept(connection);
  takeHotFrames(connection);
  connection.on('message', onMessage).on('pong', onPong).on('close', onClose);
  // What breaks the protocol is closed by the library with its own code; `close` follows.
  connection.on('error', ignore);
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const connection = this as Connection;
  connection.alive = true;
  connection.receiver.received(data as Buffer, isBinary);
}

function onPong(this: WebSocket): void {
  (this as Connection).alive = true;
}

function onClose(this: WebSocket): void {
  const { open, receiver, source } = this as Connection;
  open.connections.delete(this as Connection);
  receiver.closed();
  open.left(source);
}

const ignore = (): void => {};

function drained(connection: Connection): void {
  connection.behind = false;
  connection.alive = true;
  connection.receiver.drained();
}

/** False when the network has not taken all of it. */
function writeTogether(socket: Duplex, frames: readonly Uint8Array[]): boolean {
  socket.cork();
  let isTaken = true;
  for (const frame of frames) isTaken = socket.write(frame);
  socket.uncork();
  return isTaken;
}

/** Whoever has not been heard since the last ping is gone. */
function ping({ connections }: Open): void {
  for (const connection of connections) {
    if (!connection.alive) connection.terminate();
    connection.alive = false;
    if (connection.readyState === connection.OPEN) connection.ping();
  }
}
