import { writeSync } from 'node:fs';
import process from 'node:process';
import { BytechatError } from '../core/problem.ts';

const SHOW_CURSOR = '\u001B[?25h';

export interface Stop {
  readonly signal: AbortSignal;
  /** From now on, this is how the first Ctrl-C is answered. */
  answeredBy(tell: () => void): void;
  dispose(): void;
}

/**
 * The first Ctrl-C stops in order, the second at once. Counted with `on`, never `once`: a listener that is gone lets
 * signal-exit, which comes with listr2, end the process before anything is put back.
 */
export const stopOnSignals = (answer: () => void): Stop => {
  const stop = new AbortController();
  let tell = answer;
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    if (count > 1) leaveNow();
    tell();
    stop.abort(new BytechatError({ code: 'interrupted', message: 'You stopped it' }));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: stop.signal,
    answeredBy: other => {
      tell = other;
    },
    dispose: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What is left behind is for the next run to converge from; child processes end with this one. The cursor is shown past
 * whoever draws and holds stderr back meanwhile.
 */
const leaveNow = (): never => {
  if (process.stderr.isTTY) writeSync(process.stderr.fd, SHOW_CURSOR);
  process.exit(130);
};
