import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSecretRef, type Json, type JsonObject, mapJson } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import type { SupervisorStatus } from '../core/serve.ts';
import { urlOf } from '../core/url.ts';
import { isCode, readIfThere } from '../engine/files.ts';
import { askSocket } from '../engine/http.ts';
import { endGroup } from '../engine/process-group.ts';
import { isAlive } from '../engine/process-identity.ts';
import { placeNode } from './files.ts';

/** The supervisor of one app on this machine: see `src/supervisor`. */
export const supervisor: Client = async ({ method, request }, options) => {
  if (method === 'status') return (await status(String(request.run))) as unknown as Json;
  if (method === 'ensure') return ensure(request as unknown as EnsureRequest, options);
  if (method === 'end') return end(String(request.run), options);
  const { control, ...rest } = request;
  if (PUTS_BACK.includes(method) && !(await isThere(String(control))))
    return { detail: 'nothing was left to put back' };
  // Only what can be thrown away is left in the middle.
  const stop = method === 'standby' && options.signal ? { signal: options.signal } : {};
  const answer = await tell(String(control), method, { body: withSecrets(rest, options), ...stop });
  return method === 'switch' ? told(answer as unknown as Switched) : answer;
};

/** Once a supervisor has ended, it has taken what it started with it. */
const PUTS_BACK = ['discard', 'back'];

const isThere = async (control: string): Promise<boolean> => {
  try {
    await askSocket(control, { method: 'POST', path: '/status', timeoutMs: 5000 });
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ECONNREFUSED')) return false;
    throw error;
  }
};

interface Switched {
  readonly release: string;
  readonly host: string;
  readonly port: number;
  readonly betweenMs: number;
  readonly handover: string;
}

const told = (switched: Switched): Json => {
  const { host, port, betweenMs, handover } = switched;
  const waited =
    handover === 'restart' ? `nothing listened for ${betweenMs} ms` : `new connections waited ${betweenMs} ms`;
  return { ...switched, url: urlOf(host, port), detail: betweenMs > 0 ? waited : `port ${port}` };
};

const STATE = 'supervisor.json';
/** A unix socket's path has room for 107 bytes; the names in the folder take up to 24. */
const LONGEST_FOLDER = 80;
const APPEARS_MS = 15_000;

/** What a state file says, and whether who wrote it still answers. */
export interface Found {
  readonly answers: boolean;
  readonly status: SupervisorStatus;
}

/** Reads only. Undefined when no supervisor was ever started here. */
export const status = async (run: string): Promise<Found | undefined> => {
  const text = await readIfThere(join(run, STATE));
  if (text === undefined) return undefined;
  const left = JSON.parse(text) as SupervisorStatus;
  if (!isAlive(left)) return { answers: false, status: left };
  try {
    const { body } = await askSocket(left.socket, { method: 'POST', path: '/status', timeoutMs: 5000 });
    return { answers: true, status: JSON.parse(body) as SupervisorStatus };
  } catch {
    return { answers: false, status: left };
  }
};

interface EnsureRequest {
  readonly run: string;
  readonly app: string;
  /** The supervisor's program and its hash. */
  readonly program: string;
  readonly version: string;
  /** Where supervisors are kept, and where Node.js is. */
  readonly home: string;
  readonly node: string;
}

/** A supervisor of this version that answers. One of another version is replaced, and goes on serving until the switch. */
const ensure = async (request: EnsureRequest, options: CallOptions): Promise<Json> => {
  const found = await status(request.run);
  if (found?.answers && found.status.version === request.version) return { control: found.status.socket };
  const place = await install(request);
  if (found?.answers) {
    const body = { ...place, version: request.version, token: options.token ?? 0 };
    const answer = (await tell(found.status.socket, 'replace', { body })) as { socket: string };
    await appears(answer.socket, () => false, request.run);
    return { control: answer.socket };
  }
  if (found) await endOrphan(found.status);
  return { control: await launch(request, place) };
};

interface Place {
  readonly node: string;
  readonly program: string;
}

/** Its own copy: what runs must not lie in node_modules or dist. */
const install = async ({ home, node, program, version }: EnsureRequest): Promise<Place> => {
  const folder = join(home, version);
  mkdirSync(folder, { recursive: true });
  const place = { node: join(folder, 'node'), program: join(folder, 'supervisor.js') };
  await placeNode(node, place.node);
  if (!existsSync(place.program)) copyFileSync(program, place.program);
  return place;
};

const launch = async ({ run, app, version }: EnsureRequest, { node, program }: Place): Promise<string> => {
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const sockets = Buffer.byteLength(run) <= LONGEST_FOLDER ? run : await mkdtemp(join(tmpdir(), 'bytechat-'));
  const log = openSync(logIn(run), 'a', 0o600);
  const child = spawn(node, [program], { detached: true, cwd: '/', stdio: ['pipe', log, log] });
  closeSync(log);
  child.stdin?.end(JSON.stringify({ app, version, sockets, stateFile: join(run, STATE) }));
  const ended = once(child, 'exit').then(() => true);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const control = join(sockets, `${child.pid}.sock`);
  await appears(control, () => over, run);
  child.unref();
  return control;
};

const logIn = (run: string): string => join(run, 'supervisor.log');

const appears = async (control: string, isOver: () => boolean, run: string): Promise<void> => {
  const until = Date.now() + APPEARS_MS;
  while (Date.now() < until && !isOver()) {
    const answer = await askSocket(control, { method: 'POST', path: '/status', timeoutMs: 2000 }).catch(
      () => undefined,
    );
    if (answer?.status === 200) return;
    await sleep(20);
  }
  throw new BytechatError({
    code: 'start-failed',
    message: 'The supervisor did not start',
    fix: `read ${logIn(run)}`,
  });
};

/** An app whose supervisor was killed serves on, but nobody can pass its socket on: it ends before the next one starts. */
const endOrphan = async ({ current, standby }: SupervisorStatus): Promise<void> => {
  for (const left of [standby, current]) {
    if (!left || !isAlive(left)) continue;
    process.kill(left.pid, 'SIGTERM');
    const until = Date.now() + 20_000;
    while (isAlive(left) && Date.now() < until) await sleep(20);
    if (isAlive(left)) process.kill(left.pid, 'SIGKILL');
    endGroup(left.pid);
  }
};

const end = async (run: string, { token = 0 }: CallOptions): Promise<Json> => {
  const found = await status(run);
  if (!found) return { detail: 'nothing ran' };
  if (found.answers) {
    await tell(found.status.socket, 'stop', { body: { token } });
    while (isAlive(found.status)) await sleep(20);
  } else await endOrphan(found.status);
  return { detail: `process ${found.status.current?.pid ?? found.status.pid} ended` };
};

const withSecrets = (request: JsonObject, { token = 0, reveal }: CallOptions): JsonObject => {
  const filled = mapJson(request, value => (isSecretRef(value) && reveal ? reveal(value.$secret) : value));
  return { ...(filled as JsonObject), token };
};

const tell = async (
  control: string,
  method: string,
  { body, signal }: { readonly body: JsonObject | object; readonly signal?: AbortSignal },
): Promise<Json> => {
  const answer = await askSocket(control, {
    method: 'POST',
    path: `/${method}`,
    body: JSON.stringify(body),
    timeoutMs: 180_000,
    signal,
  });
  const said = JSON.parse(answer.body) as { problem?: Problem };
  if (answer.status === 200) return said as Json;
  throw new BytechatError(said.problem ?? { code: 'bug', message: `The supervisor answered ${answer.status}` });
};
