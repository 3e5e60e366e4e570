import { expect, test } from 'vitest';
import { endOf } from '../../../src/clients/health/pods.ts';

const ended = { exitCode: 4 };
const running = (restartCount: number) => ({ restartCount, state: {}, lastState: { terminated: ended } });

test('one that ends while we look has crashed, started again or not', () => {
  expect(endOf(running(1), running(0))).toBe(ended);
  expect(endOf({ restartCount: 0, state: { terminated: ended } }, running(0))).toBe(ended);
  expect(endOf(running(1), undefined)).toBe(ended);
});

test('what it did before we looked is forgiven: it has come up since', () => {
  expect(endOf(running(3), running(3))).toBeUndefined();
  expect(endOf({ restartCount: 0, state: {} }, undefined)).toBeUndefined();
});
