import { availableParallelism } from 'node:os';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { HeavyFirst } from './test/support/heavy-first.ts';

/** CI repeats a test that failed once, and says so beside its name: one that needed it is a bug to be found. */
const retry = process.env.BYTECHAT_TEST_ENGINES === 'required' ? 1 : 0;

export default defineConfig({
  test: {
    globalSetup: ['test/support/storage-class.ts'],
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // More than a few processors: most of them wait for a browser, a container or a cluster.
    maxWorkers: Math.max(3, Math.floor(availableParallelism() / 2)),
    maxConcurrency: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry,
    sequence: { sequencer: HeavyFirst },
  },
});
