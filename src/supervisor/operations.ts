import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { BytechatError } from '../core/problem.ts';
import type { ServeSpec, SupervisorStatus } from '../core/serve.ts';
import { checkToken } from '../engine/fencing.ts';
import { identify, isAlive } from '../engine/process-identity.ts';
import { endAll, letGo } from './let-go.ts';
import { discard, startStandby } from './standby.ts';
import { type Switched, switchTo } from './switch.ts';
import { type Predecessor, type Start, saveState, statusOf, type World } from './world.ts';

/** What may be asked of a supervisor, by the last word of the path. One at a time, in the order of arrival. */
export interface Request {
  /** The fencing token of the deploy's lock. */
  readonly token?: number;
  readonly spec?: ServeSpec;
  /** For `back`: the release to leave. */
  readonly from?: string;
  /** For `replace`: the new program, and the folder that its files lie in. */
  readonly node?: string;
  readonly program?: string;
  readonly version?: string;
}

export type Operation = (world: World, request: Request) => Promise<unknown>;

const standby: Operation = async (world, request) => {
  const child = await startStandby(world, specOf(request));
  return { socket: child.standbySocket, port: world.port };
};

const change: Operation = async (world, request): Promise<Switched> => {
  const spec = specOf(request);
  const next = world.standby?.spec ?? spec;
  try {
    return await switchTo(world, spec);
  } finally {
    // Also when that could not be written down: it serves all the same, and is to be put back.
    if (world.current?.spec === next) world.switchedBy = request.token ?? 0;
  }
};

/**
 * Leaves the release that this very deploy has let serve for the one before it; when nothing was before it, nothing
 * serves. The release alone does not tell: it may be the same one with other settings.
 */
const back: Operation = async (world, { from, token = 0 }) => {
  await throwAway(world, {});
  const { current, previous } = world;
  if (world.switchedBy !== token || current?.spec.release !== from) return { release: current?.spec.release };
  world.switchedBy = undefined;
  return previous ? switchTo(world, previous) : stop(world, {});
};

/** Ends the app and then itself. */
const stop: Operation = async world => {
  world.ending = true;
  await discard(world);
  await endAll(world);
  while (world.earlier.some(isAlive)) await sleep(LOOK_MS);
  world.current = undefined;
  await saveState(world);
  leave();
  return { stopped: true };
};

const throwAway: Operation = async world => {
  await discard(world);
  // A successor that was never switched to leaves everything to its predecessor.
  if (world.predecessor && !world.current) leave();
  return statusOf(world);
};

/** Starts a new program of the supervisor beside this one, with the listening socket. It takes over at its first switch. */
const replace: Operation = async (world, { node = '', program = '', version = '' }) => {
  const { start, control, host, port, socket, current } = world;
  const predecessor: Predecessor = {
    process: identify() ?? { pid: process.pid, started: '' },
    control,
    host,
    port,
    ...(socket && { fd: 3 }),
    ...(current && { spec: current.spec }),
  };
  const next: Start = { ...start, version, predecessor };
  const log = openSync(join(dirname(start.stateFile), 'supervisor.log'), 'a', 0o600);
  const child = spawn(node, [program], { detached: true, stdio: ['pipe', log, log, ...(socket ? [socket.fd] : [])] });
  closeSync(log);
  child.stdin?.end(JSON.stringify(next));
  child.unref();
  return { socket: join(start.sockets, `${child.pid}.sock`) };
};

/** Asked by the successor: lets go of the socket and the data, which live on over there, and leaves when all is answered. */
const retire: Operation = async world => {
  world.ending = true;
  await discard(world);
  await letGo(world);
  leave();
  return { retired: true };
};

const LOOK_MS = 20;

const leave = (): void => {
  setImmediate(() => process.kill(process.pid, 'SIGTERM'));
};

const specOf = ({ spec }: Request): ServeSpec => {
  if (!spec) throw new BytechatError({ code: 'usage', message: 'The request names no release' });
  return spec;
};

const status: Operation = async (world): Promise<SupervisorStatus> => statusOf(world);

const guarded =
  (operation: Operation): Operation =>
  (world, request) => {
    checkToken(world.token, request.token ?? 0);
    world.token = request.token ?? 0;
    return operation(world, request);
  };

export const operations: Readonly<Record<string, Operation>> = {
  status,
  standby: guarded(standby),
  switch: guarded(change),
  back: guarded(back),
  discard: guarded(throwAway),
  replace: guarded(replace),
  stop: guarded(stop),
  retire,
};
