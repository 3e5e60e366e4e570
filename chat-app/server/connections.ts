/** HTTP connections, so that a relay can stop without breaking one that has something under way. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as NetServer } from 'node:net';
import { Server as TlsServer } from 'node:tls';

export interface Connections {
  /** Takes no new connection from now on; established ones stay. */
  stopAccepting(): void;
  /**
   * Waits for what is under way, and `graceMs` for requests that are on their way; ends every connection that has
   * nothing to answer, and after `withinMs` the others too.
   */
  finish(graceMs: number, withinMs: number): Promise<void>;
}

/** Who listens for a server, and whom it has not handed on yet. */
export interface Door {
  listener: NetServer;
  waiting: ReadonlySet<Socket>;
}

export function trackConnections(server: Server, { listener, waiting }: Door): Connections {
  const busy = new Map<Socket, number>();
  // One listener for all, which is much less for each than one of its own.
  const forget = function (this: Socket) {
    busy.delete(this);
  };
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    busy.set(socket, 0);
    socket.on('close', forget);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (busy.has(socket)) busy.set(socket, (busy.get(socket) ?? 1) - 1);
    });
  });
  return {
    // The server's own `close` would also end idle connections, on which a request may be under way to us.
    stopAccepting: () => {
      NetServer.prototype.close.call(listener);
    },
    finish: async (graceMs, withinMs) => {
      const late = setTimeout(() => endAll(busy), withinMs);
      if (busy.size + waiting.size > 0) await new Promise(resolve => setTimeout(resolve, graceMs));
      for (const socket of waiting) socket.destroy();
      while (busy.size > 0) {
        for (const [socket, requests] of busy) if (requests === 0) socket.destroy();
        await oneClosed(busy);
      }
      clearTimeout(late);
    },
  };
}

function endAll(busy: Map<Socket, number>): void {
  for (const socket of busy.keys()) socket.destroy();
}

/** A socket that has answered its last request closes by itself, because that answer said so. */
const oneClosed = (busy: Map<Socket, number>): Promise<unknown> =>
  busy.size === 0
    ? Promise.resolve()
    : Promise.race([...busy.keys()].map(socket => new Promise(resolve => socket.once('close', resolve))));
