import { describe, expect, test } from 'vitest';
import { delayAfter } from '../../src/clients/kube/forward/backoff.ts';
import { leastBusy, readyPods } from '../../src/clients/kube/forward/endpoints.ts';

const endpoint = (name: string, conditions?: object) => ({
  targetRef: { kind: 'Pod', name },
  ...(conditions && { conditions }),
});

describe('the pods that can answer', () => {
  test('are ready and stay', () => {
    const endpoints = [
      endpoint('ready', { ready: true, serving: true, terminating: false }),
      endpoint('starting', { ready: false, serving: false, terminating: false }),
      endpoint('leaving', { ready: false, serving: true, terminating: true }),
      endpoint('leaving-but-published', { ready: true, terminating: true }),
      endpoint('unknown'),
      endpoint('unset', { ready: null }),
    ];
    expect(readyPods([{ endpoints }])).toEqual(['ready', 'unknown', 'unset']);
  });

  test('are named once, however many slices name them', () => {
    const [ipv4, ipv6] = [{ endpoints: [endpoint('b'), endpoint('a')] }, { endpoints: [endpoint('a')] }];
    expect(readyPods([ipv4, ipv6, { endpoints: null }, {}])).toEqual(['a', 'b']);
  });

  test('are pods: an address that stands for itself cannot be reached through the API server', () => {
    expect(readyPods([{ endpoints: [{ conditions: { ready: true } }] }])).toEqual([]);
  });
});

describe('of several', () => {
  const pods = ['a', 'b', 'c'];

  test('the least busy is taken, of equals the first', () => {
    expect(leastBusy(pods, new Map(), new Set())).toBe('a');
    expect(
      leastBusy(
        pods,
        new Map([
          ['a', 2],
          ['b', 1],
          ['c', 1],
        ]),
        new Set(),
      ),
    ).toBe('b');
  });

  test('none that has just failed', () => {
    expect(leastBusy(pods, new Map([['c', 9]]), new Set(['a', 'b']))).toBe('c');
    expect(leastBusy(pods, new Map(), new Set(pods))).toBeUndefined();
    expect(leastBusy([], new Map(), new Set())).toBeUndefined();
  });
});

test('the API server is asked again soon, then less often', () => {
  expect([1, 2, 3, 7, 50].map(delayAfter)).toEqual([100, 200, 400, 5000, 5000]);
});
