import { BytechatError } from '../../core/problem.ts';
import type { Outcome } from '../../core/runner.ts';
import { fetchOnce } from '../registry/fetch.ts';
import { lookAt, Trouble } from '../registry/trouble.ts';

export interface Watch {
  readonly host: string;
  /** What is asked; any answer will do. */
  readonly url: string;
  /** How long silence is no reason to ask, in ms. */
  readonly quietMs: number;
  /** How long an answer may take, in ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Watched {
  /** Aborts when the run was stopped, or when the registry has stopped answering. */
  readonly signal: AbortSignal;
  /** There was a sign of life. */
  heard(): void;
}

/** How often in a row it must not answer: a line may be so full with the push itself that one request gets lost. */
const MISSES = 3;

/** Does something slow with a registry, and ends it as timed out when it is silent and the registry does not answer. */
export const whileItAnswers = async (watch: Watch, work: (watched: Watched) => Promise<Outcome>): Promise<Outcome> => {
  const { signal, quietMs } = watch;
  const hung = new AbortController();
  const over = new AbortController();
  let misses = 0;
  const look = async (): Promise<void> => {
    misses = (await answers(watch, over.signal)) ? 0 : misses + 1;
    if (misses >= MISSES) hung.abort();
    else if (!over.signal.aborted) timer = setTimeout(look, quietMs);
  };
  let timer = setTimeout(look, quietMs);
  const heard = (): void => {
    misses = 0;
    timer.refresh();
  };
  try {
    const outcome = await work({ signal: signal ? AbortSignal.any([signal, hung.signal]) : hung.signal, heard });
    signal?.throwIfAborted();
    if (hung.signal.aborted && outcome.status !== 'ok') throw new BytechatError(stopped(watch));
    return outcome;
  } finally {
    over.abort();
    clearTimeout(timer);
  }
};

const answers = async ({ url, timeoutMs }: Watch, signal: AbortSignal): Promise<boolean> => {
  try {
    await fetchOnce({ method: 'GET', url }, { timeoutMs, signal });
    return true;
  } catch (error) {
    return error instanceof Trouble && error.kind === 'answer';
  }
};

const stopped = ({ host, timeoutMs }: Watch) => ({
  code: 'timed-out' as const,
  message: `${host} has stopped answering`,
  because: `docker was silent, and ${MISSES} requests had no answer within ${timeoutMs / 1000} s each`,
  fix: `try again: layers that are there are not sent again; ${lookAt(host)} shows whether it answers`,
});
