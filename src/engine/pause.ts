import { setTimeout as sleep } from 'node:timers/promises';

/** Ends after so many ms, or throws the reason of a signal that aborts before. */
export const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
};
