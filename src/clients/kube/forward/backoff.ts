const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** How long to wait after so many failures in a row, in ms. */
export const delayAfter = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
