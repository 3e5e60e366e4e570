import { apiIn, type Failure, isApiDisabled } from './failure.ts';

/** Google says that an API may be off for some minutes after it was switched on, here and there. */
const LATELY_MS = 5 * 60_000;

const enabled = new Map<string, number>();

const keyOf = (project: string, api: string): string => `${project} ${api}`;

/** This process has switched these APIs of the project on. */
export const rememberEnabled = (project: string, apis: readonly string[]): void => {
  for (const api of apis) enabled.set(keyOf(project, api), performance.now());
};

/** It says that an API is off which we have switched on a moment ago: not one that we never ask for. */
export const wasEnabledLately = (project: string, failure: Failure): boolean => {
  const at = enabled.get(keyOf(project, apiIn(failure)));
  return isApiDisabled(failure) && at !== undefined && performance.now() - at < LATELY_MS;
};
