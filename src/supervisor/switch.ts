import { rm } from 'node:fs/promises';
import { crashProblem } from '../core/crash.ts';
import { BytechatError } from '../core/problem.ts';
import type { ServeSpec } from '../core/serve.ts';
import { askSocket } from '../engine/http.ts';
import { claimAddress, settle } from './address.ts';
import { type Child, startChild } from './child.ts';
import { arrangeData } from './data.ts';
import { serve } from './keep-alive.ts';
import { letGo } from './let-go.ts';
import { saveState, type World } from './world.ts';

const ACTIVATE_MS = 30_000;
const RETIRE_MS = 120_000;

export interface Switched {
  readonly release: string;
  readonly host: string;
  readonly port: number;
  readonly handover: string;
  /** From the last moment at which the old one accepted to the first at which the new one does, in ms. 0 for a first start. */
  readonly betweenMs: number;
}

/** Lets a release serve: the old one ends first, so that never two write. When the new one cannot, the old one comes back. */
export const switchTo = async (world: World, spec: ServeSpec): Promise<Switched> => {
  if (!world.standby) await claimAddress(world, spec);
  const before = world.current?.spec ?? world.predecessor?.spec;
  const clock = performance.now();
  await endCurrent(world);
  let replaced: string | undefined;
  try {
    replaced = await arrangeData(spec);
    serve(world, world.standby ? await activate(world.standby) : start(world, spec));
  } catch (error) {
    await comeBack(world, before && wayBack(before, spec, replaced));
    throw error;
  }
  settle(world, 'commit');
  const betweenMs = before ? Math.round(performance.now() - clock) : 0;
  Object.assign(world, { standby: undefined, predecessor: undefined, crashesInARow: 0, restarts: 0 });
  if (before) world.previous = wayBack(before, spec, replaced);
  await writeDown(world);
  return { release: spec.release, host: world.host, port: world.port, handover: spec.handover, betweenMs };
};

/** What was before needs its own data back when they were replaced, or when the next release has changed their form. */
const wayBack = (before: ServeSpec, spec: ServeSpec, replaced: string | undefined): ServeSpec => {
  const { backup: _made, restore: _used, ...rest } = before;
  const restore = replaced ?? (spec.backup && spec.oneWay ? spec.backup : undefined);
  return restore === undefined
    ? rest
    : { ...rest, restore, handover: rest.handover === 'standby' ? 'socket' : rest.handover };
};

/** The one that serves gives up its socket and its data; a predecessor does the same with its own. */
const endCurrent = async (world: World): Promise<void> => {
  const { predecessor } = world;
  await letGo(world);
  if (predecessor)
    await askSocket(predecessor.control, { method: 'POST', path: '/retire', body: '{}', timeoutMs: RETIRE_MS });
};

const start = (world: World, spec: ServeSpec): Child => startChild({ spec, socket: world.socket, port: world.port });

const activate = async (standby: Child): Promise<Child> => {
  const socketPath = standby.standbySocket ?? '';
  const answer = await Promise.race([
    askSocket(socketPath, { method: 'POST', path: '/activate', timeoutMs: ACTIVATE_MS }),
    standby.exited.then(crash => Promise.reject(new BytechatError(crashProblem(crash)))),
  ]);
  if (answer.status === 200) return standby;
  await standby.stop();
  await rm(socketPath, { force: true });
  throw new BytechatError({
    code: 'start-failed',
    message: `${standby.spec.release} could not take over`,
    because: reasonIn(answer.body),
  });
};

const reasonIn = (body: string): string => {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' ? reason : body;
  } catch {
    return body;
  }
};

const comeBack = async (world: World, spec: ServeSpec | undefined): Promise<void> => {
  await world.standby?.stop();
  settle(world, 'revert');
  Object.assign(world, { standby: undefined, predecessor: undefined });
  if (spec) {
    await arrangeData(spec);
    serve(world, start(world, spec));
  }
  await writeDown(world);
};

/** What serves begins also when that cannot be written down: an app that serves is worth more than a note of it. */
const writeDown = async (world: World): Promise<void> => {
  try {
    await saveState(world);
  } finally {
    world.current?.begin();
  }
};
