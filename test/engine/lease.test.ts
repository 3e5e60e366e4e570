import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BytechatError } from '../../src/core/problem.ts';
import { holdLease, type Keeper } from '../../src/engine/lease.ts';

const TIMES = { beat: 5_000, expiry: 30_000, look: 500 };
const lease = { token: 1, owner: 'mira@atlas', doing: 'deploy', since: '', heartbeat: '' };
const unreachable = new BytechatError({ code: 'cluster-unreachable', message: 'No cluster answers', fix: 'look' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const heldWith = (write: Keeper<typeof lease>['write']) =>
  holdLease(lease, { write, grace: { ms: 25_000, since: performance.now() } }, TIMES);

describe('a lease that cannot be renewed', () => {
  test('is tried again soon, and kept when that succeeds before its time is over', async () => {
    let isDown = true;
    const write = vi.fn(async () => {
      if (isDown) throw unreachable;
      return true;
    });
    const held = heldWith(write);
    await vi.advanceTimersByTimeAsync(24_000);
    expect(write.mock.calls.length).toBeGreaterThan(30);
    isDown = false;
    await vi.advanceTimersByTimeAsync(1_000);
    isDown = true;
    await vi.advanceTimersByTimeAsync(24_000);
    expect(held.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(held.lost.aborted).toBe(true);
  });

  test('is lost when its time is over, and not written again', async () => {
    const write = vi.fn(async () => Promise.reject(unreachable));
    const held = heldWith(write);
    await vi.advanceTimersByTimeAsync(24_999);
    expect(held.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(held.lost.reason.problem).toEqual({
      code: 'cluster-unreachable',
      message: 'The lock of mira@atlas could not be renewed',
      because: 'No cluster answers',
      fix: 'look',
    });
    const tries = write.mock.calls.length;
    await held.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(write).toHaveBeenCalledTimes(tries);
  });

  test('is lost, too, when a try hangs', async () => {
    const held = heldWith(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(held.lost.reason.problem).toMatchObject({ code: 'lock-lost' });
  });

  test('is lost at the first failure where no grace is given', async () => {
    const held = holdLease(lease, { write: async () => Promise.reject(new Error('full')) }, TIMES);
    await vi.advanceTimersByTimeAsync(TIMES.beat);
    expect(held.lost.reason.problem).toMatchObject({ code: 'lock-lost', because: 'full' });
  });
});

test('what was being done when a write failed is told by the next', async () => {
  const write = vi.fn(async (_lease: typeof lease) => true);
  write.mockRejectedValueOnce(unreachable);
  const held = heldWith(write);
  await expect(held.renew('switch')).rejects.toBe(unreachable);
  await vi.advanceTimersByTimeAsync(TIMES.beat);
  expect(write.mock.lastCall).toMatchObject([{ doing: 'switch', ended: false }]);
});

test('one that is released is ended once, and beats no more', async () => {
  const write = vi.fn(async (_lease: typeof lease) => true);
  const held = heldWith(write);
  await held.release();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(write.mock.calls).toMatchObject([[{ ended: true }]]);
  expect(held.lost.aborted).toBe(false);
});
