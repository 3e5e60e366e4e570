import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { HeldLock } from '../../src/core/lock.ts';
import { fileLock } from '../../src/engine/file-lock.ts';

const LONGEST_MS = 40 * 60_000;

const acquire = (doing: string): Promise<HeldLock> =>
  fileLock(join(tmpdir(), 'bytechat-test-volumes')).acquire({
    owner: `pid ${process.pid}`,
    doing,
    waitMs: LONGEST_MS,
    signal: new AbortController().signal,
    onWait: () => {},
  });

/**
 * One test at a time, of all files, starts apps that keep data: where several do, the provisioner of the test cluster takes
 * the right to write away from volumes that are mounted already.
 */
export const withVolumes = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
  const held = await acquire(doing);
  try {
    return await work();
  } finally {
    await held.release();
  }
};

/** The same for all tests of a file. */
export const volumesForFile = (doing: string): void => {
  let held: HeldLock | undefined;
  beforeAll(async () => {
    held = await acquire(doing);
  }, LONGEST_MS);
  afterAll(() => held?.release());
};
