const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Who has run for this long starts anew. */
const STEADY_MS = 60_000;

/** How long to wait before a crashed release is started again, in ms. The first time it is started at once. */
export const delayBefore = (crashesInARow: number): number =>
  crashesInARow <= 1 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (crashesInARow - 2));

export const crashesAfter = (before: number, ranForMs: number): number => (ranForMs >= STEADY_MS ? 1 : before + 1);
