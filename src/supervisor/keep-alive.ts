import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crash } from '../core/serve.ts';
import { crashesAfter, delayBefore } from './backoff.ts';
import { type Child, startChild } from './child.ts';
import { saveState, type World } from './world.ts';

const KEPT_CRASHES = 10;

/** Makes a child the one that serves, and starts it again whenever it ends by itself. */
export const serve = (world: World, child: Child): void => {
  world.current = child;
  void child.exited.then(crash => startAgain(world, child, crash));
};

/** Goes on whatever the disk says: an app that serves is worth more than a note of it. */
const startAgain = async (world: World, child: Child, crash: Crash): Promise<void> => {
  const isWanted = (): boolean => world.current === child && !world.ending;
  if (!isWanted()) return;
  world.crashes = [crash, ...world.crashes].slice(0, KEPT_CRASHES);
  world.crashesInARow = crashesAfter(world.crashesInARow, Date.now() - child.startedAt);
  await saveState(world).catch(complain);
  await sleep(delayBefore(world.crashesInARow));
  if (!isWanted()) return;
  try {
    world.restarts += 1;
    const next = startChild({ spec: child.spec, socket: world.socket, port: world.port });
    serve(world, next);
    await saveState(world).catch(complain);
    next.begin();
  } catch (error) {
    complain(error);
    await startAgain(world, child, crash);
  }
};

/** Into the supervisor's own log. */
const complain = (error: unknown): void => {
  process.stderr.write(`${new Date().toISOString()} ${error}\n`);
};
