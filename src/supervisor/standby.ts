import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crashProblem } from '../core/crash.ts';
import { BytechatError } from '../core/problem.ts';
import type { ServeSpec } from '../core/serve.ts';
import { askSocket } from '../engine/http.ts';
import { claimAddress, settle } from './address.ts';
import { type Child, startChild } from './child.ts';
import { saveState, type World } from './world.ts';

/** How long a release may take to open its private socket, in ms. Whether it is healthy is asked by others. */
const APPEARS_MS = 30_000;
const LOOK_MS = 25;

/** Starts a release beside the one that serves; it answers on its private socket when this resolves. */
export const startStandby = async (world: World, spec: ServeSpec): Promise<Child> => {
  await discard(world);
  await claimAddress(world, spec);
  const standbySocket = join(world.start.sockets, `s${Date.now().toString(36)}.sock`);
  const child = startChild({ spec, socket: world.socket, port: world.port, standbySocket });
  world.standby = child;
  await saveState(world);
  child.begin();
  try {
    await appears(child, standbySocket);
    return child;
  } catch (error) {
    await discard(world);
    throw error;
  }
};

export const discard = async (world: World): Promise<void> => {
  const { standby } = world;
  if (!standby) return;
  await standby.stop();
  world.standby = undefined;
  settle(world, 'revert');
  if (standby.standbySocket !== undefined) await rm(standby.standbySocket, { force: true });
  await saveState(world);
};

const appears = async (child: Child, socket: string): Promise<void> => {
  const until = Date.now() + APPEARS_MS;
  while (Date.now() < until) {
    if (child.isOver()) throw new BytechatError(crashProblem(await child.exited));
    if (await answers(socket)) return;
    await sleep(LOOK_MS);
  }
  throw new BytechatError({
    code: 'unhealthy',
    message: `${child.spec.release} did not open its private socket within ${APPEARS_MS / 1000} s`,
    because: 'an app with app.handover: standby serves HTTP on the unix socket that STANDBY_SOCKET names',
    fix: 'set app.handover to socket or restart when the app cannot do that',
  });
};

const answers = async (socket: string): Promise<boolean> => {
  try {
    await askSocket(socket, { method: 'GET', path: '/healthz', timeoutMs: 2000 });
    return true;
  } catch {
    return false;
  }
};
