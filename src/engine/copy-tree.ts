import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { isCode } from './files.ts';

/**
 * A copy of a folder, beside its place first and then renamed: a copy that is there is whole. Modes, times and, for
 * root, owners are kept; blocks are shared where the file system can; sockets and pipes are left out. A folder that is
 * not there is an empty one. Nobody may change it meanwhile.
 */
export const copyWhole = async (from: string, to: string): Promise<void> => {
  const beside = `${to}.part`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyTree(from, beside);
    await rename(beside, to);
  } catch (error) {
    // Most often the disk is full: what is of no use gives its room back.
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
};

const copyTree = async (from: string, to: string): Promise<void> => {
  const stats = await statsOf(from);
  if (!stats) await mkdir(to);
  else await copyEntry(from, to, stats);
};

const statsOf = async (path: string): Promise<Stats | undefined> => {
  try {
    return await lstat(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

const copyEntry = async (from: string, to: string, stats: Stats): Promise<void> => {
  if (stats.isDirectory()) {
    await mkdir(to, { mode: 0o700 });
    for (const name of await readdir(from))
      await copyEntry(join(from, name), join(to, name), await lstat(join(from, name)));
  } else if (stats.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (stats.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
  else return;
  await dressLike(stats, to);
};

/** Owner, mode and times. The owner comes first: it takes bits of the mode away. */
export const dressLike = async (stats: Stats, path: string): Promise<void> => {
  if (process.getuid?.() === 0) await lchown(path, stats.uid, stats.gid);
  if (!stats.isSymbolicLink()) await chmod(path, stats.mode & 0o7777);
  await lutimes(path, stats.atime, stats.mtime);
};
