import { type Failure, isApiDisabled } from './failure.ts';

/** Google says that an API may be off for some minutes after it was switched on, here and there. */
const LATELY_MS = 5 * 60_000;

const enabled = new Map<string, number>();

/** This process has switched an API of the project on. */
export const rememberEnabled = (project: string): void => void enabled.set(project, performance.now());

/** It says that an API is off which we have switched on a moment ago. */
export const wasEnabledLately = (project: string, failure: Failure): boolean => {
  const at = enabled.get(project);
  return isApiDisabled(failure) && at !== undefined && performance.now() - at < LATELY_MS;
};
