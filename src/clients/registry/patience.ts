import { BytechatError } from '../../core/problem.ts';
import type { RunOptions } from '../../core/runner.ts';
import { type Pause, retry } from '../retry.ts';
import { lastingProblem, Trouble } from './trouble.ts';

/** The pauses between tries, in ms: a registry that restarts is back by then. */
const PAUSES = [500, 1000, 2000, 4000];
/** Whoever asks for a longer pause than this, in ms, is asked again by people. */
const LONGEST = 60_000;

export interface Patience extends Pick<RunOptions, 'signal' | 'onLine'> {
  /** Who is asked, for people. */
  readonly host: string;
  readonly pause: Pause;
}

/** Tries again what failed with Trouble, and only that; says so each time. */
export const patiently = <Answer>(work: () => Promise<Answer>, patience: Patience): Promise<Answer> =>
  retry(work, { ...patience, pauseAfter: (error, tries) => pauseAfter(error, tries, patience) });

const pauseAfter = (error: unknown, tries: number, { host, onLine }: Patience): number => {
  if (!(error instanceof Trouble)) throw error;
  const ms = longer(error, PAUSES[tries - 1]);
  if (ms === undefined) throw new BytechatError(lastingProblem(host, error, tries));
  onLine?.(`${host}: ${error.message}; try ${tries + 1} of ${PAUSES.length + 1} in ${ms / 1000} s`);
  return ms;
};

/** What the registry asks for, where that is longer than our own. */
const longer = ({ after = 0 }: Trouble, own: number | undefined): number | undefined =>
  own === undefined || after > LONGEST ? undefined : Math.max(own, after);
