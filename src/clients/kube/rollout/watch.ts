import type { KubeSession } from '../session.ts';

/** What may have happened, from watches. They only say when to look: a watch may go silent, or be too late (410). */
export interface Hints {
  /** Opens those that are not open. Paths are with the resourceVersion of a list. */
  open(watches: readonly { readonly path: string; readonly isWorkload: boolean }[]): void;
  /** Gives up those that are open: a connection that has died may never say so. */
  renew(): void;
  /** Until something has happened, or so many ms are over, or the signal aborts. */
  next(ms: number): Promise<void>;
}

/** Pods change many times on their way: they are looked at once in a while. The workload decides, and at once. */
const PODS_MS = 150;

export const createHints = (session: KubeSession, signal: AbortSignal): Hints => {
  let streams = new AbortController();
  let opened = new Set<string>();
  const bell = createBell(signal);
  const ringSoon = seldom(bell.ring, PODS_MS);
  const follow = (path: string, isWorkload: boolean): void => {
    const key = path.split('?')[0] ?? '';
    if (opened.has(key)) return;
    const mine = opened.add(key);
    const onLine = (line: string) => {
      if (isChange(line)) (isWorkload ? bell.ring : ringSoon)();
    };
    const ended = () => mine.delete(key);
    session.stream({ path, signal: AbortSignal.any([signal, streams.signal]) }, onLine).then(ended, ended);
  };
  return {
    open: watches => {
      for (const { path, isWorkload } of watches) follow(path, isWorkload);
    },
    renew: () => {
      streams.abort();
      streams = new AbortController();
      opened = new Set();
    },
    next: bell.wait,
  };
};

/** Wakes whoever waits; who comes later has missed it, and does not wait. */
const createBell = (signal: AbortSignal) => {
  let wake = () => {};
  let missed = false;
  return {
    ring: () => {
      missed = true;
      wake();
    },
    wait: async (ms: number): Promise<void> => {
      if (!missed && !signal.aborted) await sleep(ms, signal, end => (wake = end));
      missed = false;
    },
  };
};

/** So many ms after the first call, once for all that came meanwhile. */
const seldom = (work: () => void, ms: number): (() => void) => {
  let isComing = false;
  return () => {
    if (isComing) return;
    isComing = true;
    setTimeout(() => {
      isComing = false;
      work();
    }, ms).unref();
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
