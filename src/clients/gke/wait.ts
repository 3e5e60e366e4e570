import { clusterProblems, isUp } from '../../core/gke-problem.ts';
import type { GkeRef } from '../../core/google.ts';
import type { Json } from '../../core/json.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { stopwatch } from '../../engine/stopwatch.ts';
import { POLL } from '../google/patience.ts';
import { pollOf } from '../google/poll.ts';
import { orNull } from '../google/problems.ts';
import { clusterOf, factOf, type IOperation, operationStatus, runningOperation } from './describe.ts';
import { problemIn } from './outcome.ts';
import { isDeletion, kindOf, progressOf } from './progress.ts';
import { type Gke, parentOf } from './session.ts';

export interface Wait extends GkeRef {
  /** Its name; without it, the one that runs is found. Empty is the same as without. */
  readonly operation?: string;
  /** It is being deleted. Default: what the operation says. */
  readonly gone?: boolean;
  /** What is wrong when there is none. Default: nothing, it is gone. */
  readonly missing?: Problem;
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
    const problem = first && problemIn(await untilDone(first, asked, gke), asked);
    if (problem) throw new BytechatError(problem);
    return await settled(asked, gke, asked.gone ?? (first !== undefined && isDeletion(first)));
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

/** The same, however it ends. */
export const untilOver = async (operation: string, ref: GkeRef, gke: Gke): Promise<void> => {
  const first = await orNull(read(operation, ref, gke));
  if (first) await untilDone(first, ref, gke);
};

const untilDone = async (first: IOperation, ref: GkeRef, gke: Gke): Promise<IOperation> => {
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
  return current;
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
const settled = async (ref: Wait, gke: Gke, isToGo: boolean): Promise<Json> => {
  for (;;) {
    const cluster = await clusterOf(ref, gke, POLL);
    if (!cluster && ref.missing) throw new BytechatError(ref.missing);
    if (!cluster) return { status: 'GONE', detail: 'gone' };
    const found = factOf(cluster, '');
    const { status, because } = found;
    if (status === 'ERROR') throw new BytechatError(clusterProblems(found));
    if (!isToGo && isUp(found))
      return { status, detail: [status.toLowerCase(), because].filter(part => part !== '').join(': ') };
    gke.options.onLine?.(`the cluster ${ref.cluster} is ${status.toLowerCase()}`);
    await gke.timing.pause(pollOf(gke.timing), gke.options.signal);
  }
};
