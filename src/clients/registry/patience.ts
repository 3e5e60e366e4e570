import { BytechatError } from '../../core/problem.ts';
import type { RunOptions } from '../../core/runner.ts';
import { lastingProblem, Trouble } from './trouble.ts';

/** The pauses between tries, in ms: a registry that restarts is back by then. */
const PAUSES = [500, 1000, 2000, 4000];
/** Whoever asks for a longer pause than this, in ms, is asked again by people. */
const LONGEST = 60_000;

export type Pause = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export interface Patience extends Pick<RunOptions, 'signal' | 'onLine'> {
  /** Who is asked, for people. */
  readonly host: string;
  readonly pause: Pause;
}

/** Tries again what failed with Trouble, and only that; says so each time. */
export const patiently = async <Answer>(work: () => Promise<Answer>, patience: Patience): Promise<Answer> => {
  const { host, pause, signal, onLine } = patience;
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Trouble)) throw error;
      const ms = pauseAfter(error, tries);
      if (ms === undefined) throw new BytechatError(lastingProblem(host, error, tries));
      onLine?.(`${host}: ${error.message}; try ${tries + 1} of ${PAUSES.length + 1} in ${ms / 1000} s`);
      await pause(ms, signal);
    }
  }
};

const pauseAfter = ({ after }: Trouble, tries: number): number | undefined => {
  const own = PAUSES[tries - 1];
  if (own === undefined || (after ?? 0) > LONGEST) return undefined;
  return Math.max(own, after ?? 0);
};
