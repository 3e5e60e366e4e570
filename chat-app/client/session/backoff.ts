const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt: doubles from half a second to half a minute, and anything between half of
 * that and all of it, so that a room does not come back in one instant.
 * `attempt` counts failures in a row from 0; `chance` is in [0, 1).
 */
export function backoffMs(attempt: number, chance: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(most / 2 + (chance * most) / 2);
}

/** After a relay said that it restarts (1012): it is back in a moment. */
export const restartMs = (chance: number): number => Math.round(200 + chance * 600);
