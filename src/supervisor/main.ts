/**
 * The supervisor of the local target: a small process that owns the listening socket of one app, runs the app as its
 * child, and hands the socket from one release to the next. It is told what to do over a unix socket (`control.ts`).
 */
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import process from 'node:process';
import { controlServer } from './control.ts';
import { endAll } from './let-go.ts';
import { newWorld, type Start, saveState } from './world.ts';

const read = async (): Promise<Start> => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text) as Start;
};

const start = await read();
await mkdir(start.sockets, { recursive: true, mode: 0o700 });
const world = newWorld(start);
const server = controlServer(world);

/** Asked to end, it takes the app with it. After `stop` and `retire` there is none left. */
const end = async (): Promise<void> => {
  world.ending = true;
  await endAll(world);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  rmSync(world.control, { force: true });
};

process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('SIGHUP', () => {});
server.listen(world.control, () => saveState(world));
