import { constants } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { ServeSpec } from '../core/serve.ts';
import { isCode } from '../engine/files.ts';

/**
 * While nobody has the data open: keeps a copy of it, or puts a copy in its place. Answers with what the data of now
 * were moved to, so that going back can put them in place again.
 */
export const arrangeData = async ({ data, backup = '', restore }: ServeSpec): Promise<string | undefined> => {
  if (backup !== '') await copyWhole(data, backup);
  if (restore === undefined) return undefined;
  const replaced = join(dirname(restore), `replaced-${Date.now().toString(36)}`);
  await mkdir(dirname(replaced), { recursive: true });
  await rename(data, replaced);
  await copyWhole(restore, data);
  return replaced;
};

/** Beside its place first, then renamed: a copy that is there is whole. Blocks are shared where the file system can. */
const copyWhole = async (from: string, to: string): Promise<void> => {
  const beside = `${to}.${process.pid}.part`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  try {
    await cp(from, beside, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    await mkdir(beside, { recursive: true });
  }
  await rename(beside, to);
};
