import type { AskAt, DoorOperations, DoorRefusal, DoorStatus, MustEnd, Switched, Upstream } from '../core/door.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { jsonLines } from '../engine/files.ts';
import { problemOfOutcome } from '../engine/outcome.ts';
import { pause } from '../engine/pause.ts';
import { stopwatch } from '../engine/stopwatch.ts';
import * as docker from '../tools/docker.ts';
import { tellDoor } from '../tools/door.ts';
import { crashOf, stateOf } from './docker/container.ts';
import { containerCrash } from './docker/crash.ts';
import { ownerOf } from './docker/owner.ts';
import { outcomeOf, outputOf, unlessGone } from './docker/run.ts';

/** The container that owns an app's published port: see `src/door`. */
export const door: Client = async ({ method, request }, options) => {
  const operation = methods[method];
  if (!operation) throw new Error(`door has no ${method}`);
  return operation(request as never, options);
};

type Method = (request: never, options: CallOptions) => Promise<Json>;
type Answer<Operation extends keyof DoorOperations> = ReturnType<DoorOperations[Operation]>;

/** Asks the door itself; what it refuses is thrown. */
export const tell = async <Operation extends keyof DoorOperations>(
  name: string,
  operation: Operation,
  request: Omit<Parameters<DoorOperations[Operation]>[0], 'token'>,
  options: CallOptions,
): Promise<Answer<Operation>> => {
  const command = tellDoor(name, operation, { ...(request as JsonObject), token: options.token ?? 0 });
  const outcome = await outcomeOf(command, options);
  const [answer] = jsonLines<Answer<Operation> | DoorRefusal>(outcome.stdout).slice(-1);
  if (answer && typeof answer === 'object' && 'problem' in answer) throw new BytechatError(answer.problem);
  if (answer && outcome.status === 'ok') return answer as Answer<Operation>;
  throw new BytechatError(problemOfOutcome(command, outcome) ?? { code: 'bug', message: 'The door said nothing' });
};

interface Named {
  readonly door: string;
}

const APPEARS_MS = 30_000;
const LOOK_MS = 50;

/** Until it answers: it has just been made. */
const wait = async ({ door: name }: Named, options: CallOptions): Promise<Json> => {
  const clock = stopwatch();
  for (;;) {
    const { status } = await outcomeOf(tellDoor(name, 'status', {}), options);
    if (status === 'ok') return { detail: name };
    const crash = await crashOf(name, '', options);
    if (crash || clock() > APPEARS_MS) throw new BytechatError(doorFailed(name, crash?.lines ?? []));
    await pause(LOOK_MS, options.signal);
  }
};

const doorFailed = (name: string, lines: readonly string[]) => ({
  code: 'start-failed' as const,
  message: `The door ${name} did not start`,
  lines,
  fix: `docker logs ${name}`,
});

interface PrepareRequest extends Named {
  readonly container: string;
  readonly image: string;
}

/** Who the app runs as gets the folder of its private socket, and the volume of its data. */
const prepare = async ({ door: name, container, image }: PrepareRequest, options: CallOptions): Promise<Json> => ({
  ...(await tell(name, 'prepare', { container, ...(await ownerOf(image, options)) }, options)),
});

interface AppearsRequest extends Named {
  readonly container: string;
  readonly release: string;
  readonly at: AskAt;
  readonly withinMs: number;
  /** The gap that is told, from when nobody was led on any more; none when nobody waited. */
  readonly waited?: number;
}

/** Until the app answers anything there, or has ended: whether it is healthy is asked by others. */
const appears = async (request: AppearsRequest, options: CallOptions): Promise<Json> => {
  const { door: name, container, release, at, withinMs, waited = 0 } = request;
  const clock = stopwatch();
  for (;;) {
    const asked = await tell(name, 'ask', { at, path: '/healthz', timeoutMs: 2000 }, options);
    if ('status' in asked) return waited > 0 ? { detail: waitedFor(waited + clock()) } : {};
    const crash = await crashOf(container, release, options);
    if (crash) throw new BytechatError(containerCrash(crash));
    if (clock() > withinMs) throw new BytechatError(notThere(request, asked.error));
    await pause(LOOK_MS, options.signal);
  }
};

const notThere = ({ at, withinMs }: AppearsRequest, error: string) => {
  const hasSocket = 'socket' in at;
  const seconds = withinMs / 1000;
  return {
    code: 'unhealthy' as const,
    message: hasSocket
      ? `The app did not open its private socket within ${seconds} s`
      : `Nothing listens on port ${at.port} of the container after ${seconds} s`,
    because: hasSocket
      ? 'an app with app.handover: standby serves HTTP on the unix socket that STANDBY_SOCKET names'
      : error,
    fix: hasSocket
      ? 'set app.handover to restart when the app cannot do that'
      : 'let it listen on 0.0.0.0 and on PORT, or correct app.container.port',
  };
};

const waitedFor = (ms: number): string => `new connections waited ${ms} ms`;

interface SwitchCall extends Named {
  readonly to: Upstream;
  /** The one before keeps no data: it need not let go, and ends when it has answered. */
  readonly ended?: boolean;
  readonly data?: { readonly backup?: string; readonly oneWay?: boolean; readonly restore?: string };
}

/** Lets a release serve. Who cannot be asked to let go is ended first, while new connections wait. */
const change = async ({ door: name, to, ended = false, data }: SwitchCall, options: CallOptions): Promise<Json> => {
  const clock = stopwatch();
  const wanted = { to, ended, ...(data && { data: withoutEmpty(data) }) };
  const first = await tell(name, 'switch', wanted, options);
  const last = 'mustEnd' in first ? await endAndSwitch(name, { ...wanted, first }, options) : first;
  const waited = last.betweenMs > 0 || 'mustEnd' in first ? clock() : 0;
  return {
    ...last,
    waited,
    ...(last.betweenMs > 0 && { detail: waitedFor(last.betweenMs) }),
  };
};

/** A guard that found nothing to copy says so by an empty name. */
const withoutEmpty = ({ backup, ...rest }: NonNullable<SwitchCall['data']>) => (backup ? { backup, ...rest } : rest);

const endAndSwitch = async (
  name: string,
  { first, ...wanted }: Omit<SwitchCall, 'door'> & { first: MustEnd },
  options: CallOptions,
): Promise<Switched> => {
  await unlessGone(docker.stop(first.mustEnd), { ...options, signal: undefined });
  const answer = await tell(name, 'switch', { ...wanted, ended: true } as never, options);
  if ('mustEnd' in answer) throw new Error(`the door wants ${answer.mustEnd} ended, and it was`);
  return answer;
};

interface BackCall extends Named {
  /** The container to leave. */
  readonly from: string;
  /** Where the door led before; null when nothing served. */
  readonly to: Upstream | null;
  readonly image: string;
}

/** Leaves what this deploy has let serve, or has tried to, for what was before. */
const back = async (request: BackCall, options: CallOptions): Promise<Json> => {
  const { door: name, from, to } = request;
  const now = await statusOrGone(name, options);
  if (!now) return { detail: 'nothing was left to put back' };
  const served = now.current?.container === from;
  if (!served && !now.left && !now.holding) return { detail: 'it never served' };
  await tell(name, 'hold', {}, options);
  await unlessGone(docker.stop(from), options);
  if (!to) return clear({ door: name }, options);
  await startAgain(request, to, options);
  const { wayBack } = now;
  const own = wayBack?.to === from ? { data: { restore: wayBack.copy } } : {};
  await tell(name, 'switch', { to, ended: true, ...own }, options);
  return { detail: `${to.release} serves again` };
};

const statusOrGone = async (name: string, options: CallOptions): Promise<DoorStatus | undefined> =>
  (await stateOf(name, options))?.state.Running ? tell(name, 'status', {}, options) : undefined;

/** It has let go of its data, or was ended: only a new start lets it take them again. */
const startAgain = async ({ door: name, image }: BackCall, to: Upstream, options: CallOptions): Promise<void> => {
  await unlessGone(docker.stop(to.container), options);
  await prepare({ door: name, container: to.container, image }, options);
  await outputOf(docker.start(to.container), options);
  if (to.socket === undefined) return;
  const at = { socket: to.socket };
  await appears({ door: name, container: to.container, release: to.release, at, withinMs: APPEARS_MS }, options);
};

const clear = async ({ door: name }: Named, options: CallOptions): Promise<Json> => {
  await tell(name, 'clear', {}, options);
  return { detail: 'nothing serves' };
};

const methods: Readonly<Record<string, Method>> = { wait, prepare, appears, switch: change, back, clear };
