import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that can go away, and come back at the same port. */
export interface Part {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type Answerer = (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>;

/** `port`: 0 takes one that is free. */
export const httpPart = async (answer: Answerer, port = 0): Promise<Part> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(request, Buffer.concat(chunks).toString('utf8'), response);
  });
  const start = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await start(port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    start: () => start(bound),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

export const json = (response: ServerResponse, status: number, body: object, headers: object = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
