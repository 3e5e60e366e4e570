import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthCheck } from '../core/health.ts';
import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { pause } from '../engine/pause.ts';
import { stopwatch } from '../engine/stopwatch.ts';
import { type Attempt, nameOf, type Place, tryCheck } from './health/attempt.ts';
import { type Keeper, keeperOf, type RunBy } from './health/keeper.ts';
import { verdict } from './health/verdict.ts';

type WaitRequest = Place &
  RunBy & {
    readonly checks: readonly HealthCheck[];
    readonly passes: number;
    readonly withinMs: number;
    readonly release: string;
  };

const BETWEEN_MS = 200;
/** Between two passes in a cluster, whose own probes have watched each pod before anybody is led to it. */
const PROBED_MS = 50;

/** Waits until every check passes so often in a row; ends early when it is certain that this will not happen. */
export const health: Client = async ({ method, request }, options) => {
  if (method === 'look') return look(request as unknown as WaitRequest, options);
  if (method !== 'wait') throw new Error(`health has no ${method}`);
  return wait(request as unknown as WaitRequest, options);
};

/** Each check once, side by side, and no judgement. */
const look = async (request: WaitRequest, options: CallOptions): Promise<Json> => {
  const attempts = await Promise.all(checksAt(request).map(check => tryCheck(check, request, options)));
  return attempts.map(({ name, ok, said, ms }) => ({ name, ok, said, ms }));
};

const wait = async (request: WaitRequest, options: CallOptions): Promise<Json> => {
  const clock = stopwatch();
  const since = new Date().toISOString();
  const keeper = keeperOf(request, request.release, options);
  const crashed = () => keeper.crashed(since);
  const history: Attempt[] = [];
  for (let passed = 0; passed < request.passes; ) {
    const round = await roundOrCrash(request, options, crashed);
    if ('code' in round) throw new BytechatError(round);
    history.push(...round);
    passed = round.every(({ ok }) => ok) ? passed + 1 : 0;
    options.onLine?.(lineOf(round, passed, request));
    if (passed === request.passes) break;
    const problem = (await crashed()) ?? verdict(history, { elapsedMs: clock(), withinMs: request.withinMs });
    if (problem) throw new BytechatError(await withLines(problem, keeper));
    await pause(passed > 0 && 'cluster' in request ? PROBED_MS : BETWEEN_MS, options.signal);
  }
  const last = history.slice(-checksAt(request).length);
  return { detail: last.map(({ name, ms }) => `${name} ${ms} ms`).join(', '), passes: request.passes };
};

const checksAt = ({ checks, at }: WaitRequest): readonly HealthCheck[] =>
  'url' in at || 'service' in at ? checks : checks.filter(check => 'http' in check);

const tryAll = async (request: WaitRequest, options: CallOptions): Promise<Attempt[]> => {
  const round: Attempt[] = [];
  for (const check of checksAt(request)) {
    options.signal?.throwIfAborted();
    const attempt = await tryCheck(check, request, options);
    round.push(attempt);
    if (!attempt.ok) break;
  }
  return round;
};

const lineOf = (round: readonly Attempt[], passed: number, { passes, checks }: WaitRequest): string => {
  const bad = round.find(({ ok }) => !ok);
  return bad ? `${bad.name}: ${bad.said}` : `${checks.map(nameOf).join(', ')}: ${passed} of ${passes}`;
};

/**
 * One round of checks, or the news that the release has crashed for good: a connection to a crashed app waits in the
 * queue of the listening socket, so a check alone would find out only at its timeout.
 */
const roundOrCrash = async (
  request: WaitRequest,
  options: CallOptions,
  crashed: () => Promise<Problem | undefined>,
): Promise<readonly Attempt[] | Problem> => {
  const over = new AbortController();
  const watch = async (): Promise<Problem> => {
    for (;;) {
      await sleep(BETWEEN_MS, undefined, { signal: over.signal });
      const problem = await crashed();
      if (problem) return problem;
    }
  };
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
    return await Promise.race([tryAll(request, { ...options, signal }), watch()]);
  } finally {
    over.abort();
  }
};

/** What the release itself has printed last says more than what the check saw. */
const withLines = async (problem: Problem, keeper: Keeper): Promise<Problem> => {
  if (problem.lines) return problem;
  const lines = await keeper.lines();
  return lines.length > 0 ? { ...problem, lines } : problem;
};
