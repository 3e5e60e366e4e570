import type { Clock } from '../../../../../chat-app/client/session/clock.ts';

export interface TestClock extends Clock {
  /** Lets so much time pass; what was due in it is called, in order. */
  pass(ms: number): void;
}

/** Stands still until it is turned; begins at the present, for bundles are checked against it. */
export function testClock(start = Date.now()): TestClock {
  let now = start;
  let timers: { at: number; call: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, call) => {
      const timer = { at: now + ms, call };
      timers.push(timer);
      return () => {
        timers = timers.filter(one => one !== timer);
      };
    },
    pass: ms => {
      const end = now + ms;
      for (;;) {
        const [due] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!due) break;
        timers = timers.filter(one => one !== due);
        now = Math.max(now, due.at);
        due.call();
      }
      now = end;
    },
  };
}
