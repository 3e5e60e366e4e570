import { type GkeRef, gkeName } from '../../core/google.ts';
import type { Json } from '../../core/json.ts';
import { BytechatError } from '../../core/problem.ts';
import { stopwatch } from '../../engine/stopwatch.ts';
import { POLL } from '../google/patience.ts';
import { pollOf } from '../google/poll.ts';
import { orNull } from '../google/problems.ts';
import { broken } from './create.ts';
import { clusterOf, type IOperation, operationStatus, runningOperation, statusOf, wordsOf } from './describe.ts';
import { problemIn } from './outcome.ts';
import { isDeletion, kindOf, progressOf } from './progress.ts';
import { type Gke, parentOf } from './session.ts';

export interface Wait extends GkeRef {
  /** Its name; without it, the one that runs is found. Empty is the same as without. */
  readonly operation?: string;
}

/**
 * Waits until nothing is being done to the cluster any more: then it is RUNNING, or it is gone. That an operation is DONE
 * says only that Google has ended it, and not how.
 */
export const wait = async (asked: Wait, gke: Gke): Promise<Json> => {
  const { signal, onLine } = gke.options;
  const stop = (): void => onLine?.('no longer waiting: what has begun goes on at Google, and the next run finds it');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const first = await firstOf(asked, gke);
    if (first) await untilDone(first, asked, gke);
    return await settled(asked, gke, first !== undefined && isDeletion(first));
  } finally {
    signal?.removeEventListener('abort', stop);
  }
};

/** One that Google has forgotten is long over. */
const firstOf = async (asked: Wait, gke: Gke): Promise<IOperation | undefined> => {
  const named = asked.operation ? await orNull(read(asked.operation, asked, gke)) : null;
  return named ?? (await runningOperation(asked, gke));
};

const read = (operation: string, where: GkeRef, gke: Gke): Promise<IOperation> => {
  const name = `${parentOf(where)}/operations/${operation.split('/').pop()}`;
  return gke.ask('see what Google is doing', (client, options) => client.getOperation({ name }, options), POLL);
};

const untilDone = async (first: IOperation, ref: GkeRef, gke: Gke): Promise<void> => {
  const since = elapsedOf(first);
  let said = '';
  let current = first;
  while (operationStatus(current) !== 'DONE') {
    const progress = progressOf(current);
    const line = `${kindOf(current, ref)}, ${since()}${progress && `, ${progress}`}`;
    if (line !== said) gke.options.onLine?.(line);
    said = line;
    await gke.timing.pause(pollOf(gke.timing), gke.options.signal);
    current = await read(String(first.name), ref, gke);
  }
  const problem = problemIn(current, ref);
  if (problem) throw new BytechatError(problem);
};

/** Since it began at Google, which may be before this process; told in steps of 10 s, a line each at most. */
const elapsedOf = ({ startTime }: IOperation): (() => string) => {
  const began = Date.parse(startTime ?? '');
  const before = Number.isFinite(began) ? Math.max(0, Date.now() - began) : 0;
  const clock = stopwatch();
  return () => {
    const seconds = Math.floor((before + clock()) / 10_000) * 10;
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  };
};

/**
 * A cluster that was made may still be worked on, and be used meanwhile: Google adjusts it after its start. One that was
 * deleted is waited for until it is in no list any more.
 */
const settled = async (ref: GkeRef, gke: Gke, isToGo: boolean): Promise<Json> => {
  for (;;) {
    const cluster = await clusterOf(ref, gke);
    if (!cluster) return { status: 'GONE', detail: 'gone' };
    const status = statusOf(cluster);
    if (status === 'ERROR') throw new BytechatError(broken(ref, wordsOf(cluster)));
    if (!isToGo && ['RUNNING', 'DEGRADED', 'RECONCILING'].includes(status)) {
      const detail = status === 'RUNNING' ? 'running' : `${status.toLowerCase()}: ${wordsOf(cluster) || gkeName(ref)}`;
      return { status, detail };
    }
    gke.options.onLine?.(`the cluster ${ref.cluster} is ${status.toLowerCase()}`);
    await gke.timing.pause(pollOf(gke.timing), gke.options.signal);
  }
};
