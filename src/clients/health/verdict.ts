import type { Problem } from '../../core/problem.ts';
import type { Attempt } from './attempt.ts';

export interface Elapsed {
  readonly elapsedMs: number;
  readonly withinMs: number;
}

/** An app that answers 404 for so long has another idea of its paths than the config: no slow start looks like that. */
const WRONG_PATH_MS = 3_000;

/** Why waiting on is in vain; undefined while it is not. Pure. */
export const verdict = (history: readonly Attempt[], { elapsedMs, withinMs }: Elapsed): Problem | undefined => {
  const last = history.at(-1);
  if (!last || last.ok) return elapsedMs >= withinMs ? outOfTime(last, withinMs) : undefined;
  if (elapsedMs >= WRONG_PATH_MS && isWrongPath(history, last)) return wrongPath(last);
  return elapsedMs >= withinMs ? outOfTime(last, withinMs) : undefined;
};

/** The same refusal every time, from an app that does answer. */
const isWrongPath = (history: readonly Attempt[], last: Attempt): boolean => {
  const same = history.filter(({ name }) => name === last.name);
  return [401, 403, 404, 405].includes(last.status ?? 0) && same.every(({ status }) => status === last.status);
};

const wrongPath = ({ name, status, reproduce }: Attempt): Problem => ({
  code: 'unhealthy',
  message: `The app answers ${status} to ${name}`,
  because: 'it runs and knows no such health check',
  fix: 'correct app.health, or let the app answer there',
  reproduce,
});

const outOfTime = (last: Attempt | undefined, withinMs: number): Problem => ({
  code: 'unhealthy',
  message: `Not healthy within ${withinMs / 1000} s`,
  ...(last && { because: `${last.name}: ${last.said}`, reproduce: last.reproduce }),
  fix: 'read the last lines below; raise health.within when it only needs longer',
});
