import { join } from 'node:path';
import { type Command, command, type Tool } from '../../core/action.ts';
import { display } from '../../core/display.ts';
import type { HealthCheck } from '../../core/health.ts';
import { BytechatError } from '../../core/problem.ts';
import type { CallOptions } from '../../core/runner.ts';
import { stopwatch } from '../../engine/stopwatch.ts';
import * as docker from '../../tools/docker.ts';
import { askAt, reproduceAsk, type Where } from '../ask.ts';
import { execInCluster, type InCluster } from './pods.ts';

/** One try of one check. */
export interface Attempt {
  readonly name: string;
  readonly ok: boolean;
  /** The HTTP status, when there was an answer. */
  readonly status?: number;
  /** What was answered, or why nothing was: for people. */
  readonly said: string;
  readonly ms: number;
  /** A command that tries the same. */
  readonly reproduce: string;
}

/** From where a release is looked at. */
export interface Place {
  readonly at: Where;
  /** The folder of the release: `exec` checks run there. */
  readonly folder?: string;
  /** Or its container, and the address of the app in there. */
  readonly container?: string;
  readonly inside?: string;
  /** Or the pods of an app in a cluster: a program runs in one that is ready, and asks the Service. */
  readonly cluster?: InCluster;
}

export const nameOf = (check: HealthCheck): string =>
  'http' in check ? `GET ${check.http}` : (check.name ?? programOf(check.exec));

const programOf = (exec: readonly string[]): string =>
  exec.find(word => word !== 'node' && !word.startsWith('-')) ?? exec[0] ?? 'exec';

export const tryCheck = async (check: HealthCheck, place: Place, options: CallOptions): Promise<Attempt> => {
  const clock = stopwatch();
  const result = 'http' in check ? await ask(check, place.at, options) : await runCheck(check, place, options);
  return { name: nameOf(check), ms: clock(), ...result };
};

type Result = Omit<Attempt, 'name' | 'ms'>;

const ask = async (
  { http, timeout }: { http: string; timeout: number },
  at: Where,
  options: CallOptions,
): Promise<Result> => {
  const reproduce = reproduceAsk(at, http);
  try {
    const { status, body } = await askAt(at, { path: http, timeoutMs: timeout * 1000 }, options);
    const ok = status >= 200 && status < 300;
    return { ok, status, reproduce, said: `answers ${status}${ok ? '' : ` ${short(body)}`}` };
  } catch (error) {
    if (error instanceof BytechatError) throw error;
    return { ok: false, reproduce, said: reasonOf(error, timeout) };
  }
};

const short = (body: string): string => body.replaceAll(/\s+/g, ' ').trim().slice(0, 120);

const reasonOf = (error: unknown, timeout: number): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = Reflect.get(cause, 'code');
  return code === 'ECONNREFUSED' ? 'nothing listens' : cause.message || String(code);
};

const runCheck = async (
  { exec, timeout }: { exec: readonly string[]; timeout: number },
  place: Place,
  { runner, signal }: CallOptions,
): Promise<Result> => {
  if (!runner) throw new Error('an exec check needs a runner');
  if (place.cluster) return execInCluster({ exec, timeout }, place.cluster, signal);
  const program = place.container === undefined ? inFolder(exec, place) : inContainer(exec, place);
  const outcome = await runner.run({ ...program, timeoutMs: timeout * 1000 }, { signal });
  const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').at(-1) ?? '';
  return {
    ok: outcome.status === 'ok',
    said: outcome.status === 'ok' ? 'passes' : failure(outcome.status, said),
    reproduce: `${program.cwd === undefined ? '' : `cd ${program.cwd} && `}${display(program)}`,
  };
};

/** The Node.js of the release is the one that runs it. */
const inFolder = (exec: readonly string[], { at, folder = '' }: Place): Command => {
  const [file = '', ...args] = withUrl(exec, 'url' in at ? at.url : '');
  const tool: Tool = {
    file: file === 'node' ? join(folder, 'bin', 'node') : file,
    version: [],
    install: 'see app.health',
    hints: [],
  };
  return command(tool, args, { cwd: folder });
};

/** Everything that it needs is in the image. */
const inContainer = (exec: readonly string[], { container = '', inside = '' }: Place): Command =>
  docker.exec(container, withUrl(exec, inside));

const withUrl = (words: readonly string[], url: string): string[] => words.map(word => word.replaceAll('{url}', url));

const failure = (status: string, said: string): string => (status === 'failed' ? said : `${status}: ${said}`);
