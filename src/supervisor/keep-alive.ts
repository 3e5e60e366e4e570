import { setTimeout as sleep } from 'node:timers/promises';
import { crashesAfter, delayBefore } from './backoff.ts';
import { type Child, startChild } from './child.ts';
import { saveState, type World } from './world.ts';

const KEPT_CRASHES = 10;

/** Makes a child the one that serves, and starts it again whenever it ends by itself. */
export const serve = (world: World, child: Child): void => {
  world.current = child;
  void child.exited.then(async crash => {
    if (world.current !== child || world.ending) return;
    world.crashes = [crash, ...world.crashes].slice(0, KEPT_CRASHES);
    world.crashesInARow = crashesAfter(world.crashesInARow, Date.now() - child.startedAt);
    await saveState(world);
    await sleep(delayBefore(world.crashesInARow));
    if (world.current !== child || world.ending) return;
    world.restarts += 1;
    serve(world, startChild({ spec: child.spec, socket: world.socket, port: world.port }));
    await saveState(world);
  });
};
