import { expect, test } from 'vitest';
import { crashesAfter, delayBefore } from '../../src/supervisor/backoff.ts';

test.for([
  [1, 0],
  [2, 500],
  [3, 1000],
  [4, 2000],
  [7, 16_000],
  [8, 30_000],
  [9, 30_000],
  [1000, 30_000],
] as const)('after %i crashes in a row it waits %i ms', ([crashes, ms]) => {
  expect(delayBefore(crashes)).toBe(ms);
});

test.for([
  [0, 100, 1],
  [3, 59_999, 4],
  [3, 60_000, 1],
] as const)('crash %i after it ran for %i ms is number %i', ([before, ranForMs, after]) => {
  expect(crashesAfter(before, ranForMs)).toBe(after);
});
