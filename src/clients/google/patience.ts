import { pause } from '../../engine/pause.ts';
import { type Pause, retry } from '../retry.ts';
import { isPassing, NO_SUCH_HOST } from './failure.ts';
import { wasEnabledLately } from './lately.ts';
import { GoogleRefusal } from './problems.ts';

/** How calls wait. */
export interface Timing {
  /** In ms, between two looks at an operation; undefined: 5 s at Google, 0.2 s at a stand-in. */
  readonly pollMs?: number | undefined;
  readonly pause: Pause;
}

export const TIMING: Timing = { pause };

/** The pauses between tries, in ms: who only looks whether all is well does not wait for long. */
export const GLANCE: readonly number[] = [500, 1000];
/** About a minute. */
export const CALL: readonly number[] = [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];
/** More than five: what is being made goes on at Google meanwhile. */
export const POLL: readonly number[] = [...CALL, ...Array<number>(18).fill(15_000)];

export interface Patience {
  readonly project: string;
  /** Whom it is asked of: `container.googleapis.com`. */
  readonly api: string;
  readonly pauses: readonly number[];
  readonly timing: Timing;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Tries again what may go better the next time, and only that; says so each time. */
export const patiently = <Answer>(work: () => Promise<Answer>, patience: Patience): Promise<Answer> =>
  retry(work, {
    pause: patience.timing.pause,
    signal: patience.signal,
    pauseAfter: (error, tries) => pauseAfter(error, tries, patience),
  });

const pauseAfter = (error: unknown, tries: number, patience: Patience): number => {
  const { pauses, onLine } = patience;
  if (!(error instanceof GoogleRefusal && mayPass(error, patience))) throw error;
  const ms = pauses[tries - 1];
  if (ms === undefined) throw lasting(error, tries);
  const { status, message } = error.failure;
  onLine?.(`Google: ${message} (${status}); try ${tries + 1} of ${pauses.length + 1} in ${ms / 1000} s`);
  return ms;
};

const mayPass = ({ failure }: GoogleRefusal, { project, pauses }: Patience): boolean =>
  isPassing(failure) ||
  wasEnabledLately(project, failure) ||
  (failure.status === NO_SUCH_HOST && pauses.length >= POLL.length);

const lasting = ({ problem, failure }: GoogleRefusal, tries: number): GoogleRefusal =>
  new GoogleRefusal({ ...problem, because: `${problem.because ?? failure.message}, ${tries} times` }, failure);
