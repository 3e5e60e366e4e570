import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { freePorts } from '../../support/ports.ts';

/** A plain TCP server as a release; `meet` gets each connection. */
export const plainServer = async (
  meet: (socket: Socket) => void,
  port?: number,
): Promise<{ readonly server: Server; readonly port: number }> => {
  const own = port ?? (await freePorts(1));
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    meet(socket);
  }).listen({ host: '127.0.0.1', port: own, backlog: 4096 });
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: own };
};

export const open = async (port: number): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
};

export const textOf = async (socket: Socket): Promise<string> => {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
};

/** How a connection fails that is not wanted: while it is made or right after, as the system has it. */
export const refusal = (port: number): Promise<string> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    onTestFinished(() => void socket.destroy());
    socket.on('error', error => resolve(String(Reflect.get(error, 'code'))));
  });
