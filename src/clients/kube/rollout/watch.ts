import type { KubeSession } from '../session.ts';

/** What may have happened, from watches. They only say when to look: a watch may go silent, or be too late (410). */
export interface Hints {
  /** Opens those that are not open. Paths are with the resourceVersion of a list. */
  open(watches: readonly { readonly path: string; readonly isWorkload: boolean }[]): void;
  /** Until something has happened, or so many ms are over, or the signal aborts. */
  next(ms: number): Promise<void>;
}

/** Pods change many times on their way: they are looked at once in a while. The workload decides, and at once. */
const PODS_MS = 150;

export const createHints = (session: KubeSession, signal: AbortSignal): Hints => {
  const opened = new Set<string>();
  let wake = () => {};
  let missed = false;
  const hint = () => {
    missed = true;
    wake();
  };
  let isComing = false;
  const hintSoon = () => {
    if (isComing) return;
    isComing = true;
    setTimeout(() => {
      isComing = false;
      hint();
    }, PODS_MS).unref();
  };
  const follow = (path: string, isWorkload: boolean): void => {
    const key = path.split('?')[0] ?? '';
    if (opened.has(key)) return;
    opened.add(key);
    const onLine = (line: string) => {
      if (isChange(line)) (isWorkload ? hint : hintSoon)();
    };
    const ended = () => opened.delete(key);
    session.stream({ path, signal }, onLine).then(ended, ended);
  };
  return {
    open: watches => {
      for (const { path, isWorkload } of watches) follow(path, isWorkload);
    },
    next: async ms => {
      if (!missed && !signal.aborted) await sleep(ms, signal, end => (wake = end));
      missed = false;
    },
  };
};

const isChange = (line: string): boolean => /^\{"type":"(ADDED|MODIFIED|DELETED)"/.test(line);

const sleep = (ms: number, signal: AbortSignal, onEnd: (end: () => void) => void): Promise<void> =>
  new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal.addEventListener('abort', end);
    onEnd(end);
  });
