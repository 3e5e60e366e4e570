import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SilentProxy {
  readonly port: number;
  /** From now on the connections that are open carry nothing any more, and do not end; new ones are fine. */
  freeze(): void;
}

/** Stands before a server, byte by byte. Gone when the test is. */
export const silentProxy = async (host: string, port: number): Promise<SilentProxy> => {
  const sockets = new Set<Socket>();
  const server = createServer(incoming => {
    const outgoing = connect(port, host);
    incoming.pipe(outgoing).pipe(incoming);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
};
