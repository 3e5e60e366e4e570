import { expect, test } from 'vitest';
import { backoffMs, restartMs } from '../../../../chat-app/client/session/backoff.ts';

test.each([
  [0, 0, 250],
  [0, 1, 500],
  [1, 0.5, 750],
  [5, 1, 16_000],
  [6, 1, 30_000],
  [60, 0, 15_000],
  [60, 1, 30_000],
])('attempt %i, chance %f: %i ms', (attempt, chance, ms) => {
  expect(backoffMs(attempt, chance)).toBe(ms);
});

test('after a restart it is soon, and not at one instant for everybody', () => {
  expect([restartMs(0), restartMs(1)]).toEqual([200, 800]);
});
