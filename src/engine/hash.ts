import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isCode } from './files.ts';

/** Never part of what an app is made from. */
const IGNORED = new Set(['node_modules', '.git', '.bytechat', '.DS_Store']);

export interface HashedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly hash: string;
  /** Size, time of change and inode: while these hold, the content does. */
  readonly seen?: string;
}

/** What was hashed before, by path. */
export type Known = ReadonlyMap<string, HashedFile>;

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/**
 * Every file below the given files and folders, with the hash of its mode and content. Sorted; times do not count, but a
 * file that looks as it did when it was hashed before is not read again.
 */
export const hashFiles = async (
  root: string,
  inputs: readonly string[],
  known: Known = new Map(),
): Promise<HashedFile[]> => {
  const files = (await Promise.all(inputs.map(filesBelow))).flat();
  const hashed = await Promise.all([...new Set(files)].map(file => hashFile(root, file, known)));
  return hashed.sort((a, b) => (a.path < b.path ? -1 : 1));
};

const filesBelow = async (path: string): Promise<string[]> => {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(
      file =>
        !relative(path, file)
          .split(sep)
          .some(part => IGNORED.has(part)),
    );
};

/** A link to a file counts as that file; one to a folder, or to nothing, as the link that it is. */
const hashFile = async (root: string, file: string, known: Known): Promise<HashedFile> => {
  const path = relative(root, file).split(sep).join('/');
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return { path, hash: sha256(`l${await readlink(file)}`) };
  const { mode, size, mtimeMs, ctimeMs, ino } = found;
  const seen = [mode, size, mtimeMs, ctimeMs, ino].join(' ');
  const before = known.get(path);
  if (before?.seen === seen) return before;
  const executable = (mode & 0o100) === 0 ? '-' : 'x';
  const hash = sha256(`${executable}${sha256(await readFile(file))}`);
  // A file that changes again within the same tick of the clock would look the same: it is not trusted yet.
  return Date.now() - ctimeMs < RACY_MS ? { path, hash } : { path, hash, seen };
};

const RACY_MS = 100;

export const hashOf = (files: readonly HashedFile[], ...more: readonly string[]): string =>
  sha256(JSON.stringify([files.map(({ path, hash }) => [path, hash]), more]));
