import { expect, test } from 'vitest';
import { fullBucket, take, waitMs } from '../../../../chat-app/server/hub/bucket.ts';

const RATE = { burst: 3, perSecond: 2 };

test('so many at once, then so many a second, and no more than the burst after a rest', () => {
  const bucket = fullBucket(RATE, 0);
  const takes = (now: number) => {
    const wait = waitMs(bucket, RATE, now);
    if (wait === 0) take(bucket, RATE);
    return wait;
  };
  expect([0, 0, 0, 0].map(takes)).toEqual([0, 0, 0, 500]);
  expect([250, 499, 500, 500].map(takes)).toEqual([250, 1, 0, 500]);
  expect([60_000, 60_000, 60_000, 60_000].map(takes)).toEqual([0, 0, 0, 500]);
});

test('a clock that is put back gives nothing and takes nothing', () => {
  const bucket = fullBucket(RATE, 10_000);
  take(bucket, RATE);
  expect(waitMs(bucket, RATE, 0)).toBe(0);
  expect(bucket.creditMs).toBe(1000);
});
