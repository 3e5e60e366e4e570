import { expect, test } from 'vitest';
import { gapLine, noGap, widened } from '../../../src/clients/kube/rollout/gap.ts';

const after = (...looks: readonly (readonly [at: number, ready: number | undefined])[]) =>
  looks.reduce(
    (gap, [at, ready]) =>
      widened(gap, { at, workload: { status: ready === undefined ? {} : { readyReplicas: ready } } as never }),
    noGap,
  );

test('a first start leaves no gap: nobody was there before', () => {
  expect(gapLine(after([0, undefined], [900, undefined], [1800, 1]))).toBeUndefined();
});

test('as long as one is ready there is none', () => {
  expect(gapLine(after([0, 2], [500, 1], [900, 2]))).toBeUndefined();
});

test('from the look that found none to the one that found one, all of them together', () => {
  expect(gapLine(after([0, 1], [300, undefined], [2000, 0], [3500, 1]))).toBe('no pod was ready for 3.2 s');
  expect(after([0, 1], [100, 0], [300, 1], [500, 0], [1000, 1]).ms).toBe(700);
});
