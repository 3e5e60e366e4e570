import { createServer, type IncomingMessage, type Server } from 'node:http';
import { BytechatError, codes, type Problem, problemsOf } from '../core/problem.ts';
import { isCode } from '../engine/files.ts';
import { operations, type Request } from './operations.ts';
import type { World } from './world.ts';

/** The door of the supervisor: `POST /switch {…}` on a unix socket that only its owner can open. */
export const controlServer = (world: World): Server => {
  let turn: Promise<unknown> = Promise.resolve();
  const answer = async (name: string, request: Request): Promise<unknown> => {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new BytechatError({ code: 'usage', message: `A supervisor cannot ${name}` });
    // What is thrown away need not have come up first.
    if (name === 'discard' && (request.token ?? 0) >= world.token) void world.standby?.stop();
    // Looking waits for nobody; everything else waits for what is under way.
    const done = name === 'status' ? operation(world, request) : turn.then(() => operation(world, request));
    if (name !== 'status') turn = done.catch(() => {});
    return done;
  };
  return createServer(async (incoming, outgoing) => {
    try {
      const body = await answer((incoming.url ?? '/').slice(1), await read(incoming));
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      const [problem] = isCode(error, 'ENOSPC') ? [diskFull] : problemsOf(error);
      const status = problem && codes[problem.code] === 3 ? 507 : 500;
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ problem }));
    }
  });
};

const diskFull: Problem = {
  code: 'disk-full',
  message: 'The disk is full',
  because: 'what served before serves again',
  fix: 'free some space (df -h shows where), then deploy again',
};

const read = async (incoming: IncomingMessage): Promise<Request> => {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return text === '' ? {} : (JSON.parse(text) as Request);
};
