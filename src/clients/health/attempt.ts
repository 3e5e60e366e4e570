import { join } from 'node:path';
import { command, type Tool } from '../../core/action.ts';
import type { HealthCheck } from '../../core/health.ts';
import type { CallOptions } from '../../core/runner.ts';
import { askSocket, askUrl } from '../../engine/http.ts';
import { stopwatch } from '../../engine/stopwatch.ts';
import type { Where } from '../health.ts';

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

export interface Place {
  readonly at: Where;
  readonly folder: string;
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
  { signal }: CallOptions,
): Promise<Result> => {
  const limits = { timeoutMs: timeout * 1000, signal };
  const reproduce = 'url' in at ? `curl -i ${at.url}${http}` : `curl -i --unix-socket ${at.socket} http://app${http}`;
  try {
    const { status, body } =
      'url' in at
        ? await askUrl(at.url + http, limits)
        : await askSocket(at.socket, { method: 'GET', path: http, ...limits });
    const ok = status >= 200 && status < 300;
    return { ok, status, reproduce, said: `answers ${status}${ok ? '' : ` ${short(body)}`}` };
  } catch (error) {
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
  { at, folder }: Place,
  { runner, signal }: CallOptions,
): Promise<Result> => {
  if (!runner) throw new Error('an exec check needs a runner');
  const url = 'url' in at ? at.url : '';
  const [file = '', ...args] = exec.map(word => word.replaceAll('{url}', url));
  const tool: Tool = {
    file: file === 'node' ? join(folder, 'bin', 'node') : file,
    version: [],
    install: 'see app.health',
    hints: [],
  };
  const outcome = await runner.run(command(tool, args, { cwd: folder, timeoutMs: timeout * 1000 }), { signal });
  const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').at(-1) ?? '';
  return {
    ok: outcome.status === 'ok',
    said: outcome.status === 'ok' ? 'passes' : failure(outcome.status, said),
    reproduce: `cd ${folder} && ${[tool.file, ...args].join(' ')}`,
  };
};

const failure = (status: string, said: string): string => (status === 'failed' ? said : `${status}: ${said}`);
