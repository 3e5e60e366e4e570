/** How much memory there is for what is soon garbage. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves. With twice as much nothing gets faster; with an eighth, a message costs a quarter more. */
const ENOUGH_BYTES = 16 * 1024 * 1024;

/**
 * V8 doubles it up to 128 MB whenever much happens at once, as in a storm of joins, and the process never gives that
 * memory back. From `ENOUGH_BYTES` on it stays as it is.
 */
export function limitGarbage(): void {
  const observer = new PerformanceObserver(() => {
    if (newSpaceBytes() < ENOUGH_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}

const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
