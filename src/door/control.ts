import { createServer, type IncomingMessage, type Server } from 'node:http';
import { BytechatError, problemsOf } from '../core/problem.ts';
import { operations, type Request } from './operations.ts';
import type { World } from './world.ts';

/** `POST /<operation> {…}` on a unix socket that only its owner can open. */
export const controlServer = (world: World): Server =>
  createServer(async (incoming, outgoing) => {
    try {
      const name = (incoming.url ?? '/').slice(1);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new BytechatError({ code: 'usage', message: `A door cannot ${name}` });
      const answer = await operation(world, await read(incoming));
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const [problem] = problemsOf(error);
      outgoing.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ problem }));
    }
  });

const read = async (incoming: IncomingMessage): Promise<Request> => {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const request: unknown = text.trim() === '' ? {} : parsed(text);
  if (typeof request === 'object' && request !== null) return request as Request;
  throw new BytechatError(notJson);
};

const notJson = { code: 'usage', message: 'The request is not a JSON object' } as const;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BytechatError(notJson);
  }
};
