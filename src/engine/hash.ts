import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readlinkSync, readSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

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
export const hashFiles = (root: string, inputs: readonly string[], known: Known = new Map()): HashedFile[] => {
  const files = new Set(inputs.flatMap(filesBelow));
  return [...files].map(file => hashFile(root, file, known)).sort((a, b) => (a.path < b.path ? -1 : 1));
};

// One by one and synchronous: a few hundred files are looked at in the time that it takes to hand them to a thread pool.
const filesBelow = (path: string): string[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap(entry => {
    if (IGNORED.has(entry.name)) return [];
    const file = join(path, entry.name);
    if (entry.isDirectory()) return filesBelow(file);
    return entry.isFile() || entry.isSymbolicLink() ? [file] : [];
  });
};

/** A link to a file counts as that file; one to a folder, or to nothing, as the link that it is. */
const hashFile = (root: string, file: string, known: Known): HashedFile => {
  const path = relative(root, file).split(sep).join('/');
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) return { path, hash: sha256(`l${readlinkSync(file)}`) };
  const executable = (found.mode & 0o100) === 0 ? '-' : 'x';
  return { path, ...hashUnlessSeen(file, found, { known: known.get(path), mark: executable }) };
};

export interface Hashing {
  /** What the file was when it was hashed before. */
  readonly known: Pick<HashedFile, 'hash' | 'seen'> | undefined;
  /** Goes into the hash, before the content. */
  readonly mark: string;
}

/** The hash of the mark and the content. A file that looks as it did when it was hashed before is not read again. */
export const hashUnlessSeen = (file: string, stats: Stats, { known, mark }: Hashing): Omit<HashedFile, 'path'> => {
  const { mode, size, mtimeMs, ctimeMs, ino } = stats;
  const seen = [mode, size, mtimeMs, ctimeMs, ino].join(' ');
  if (known?.seen === seen) return { hash: known.hash, seen };
  const hash = sha256(`${mark}${sha256OfFile(file)}`);
  // A file that changes again within the same tick of the clock would look the same: it is not trusted yet.
  return Date.now() - ctimeMs < RACY_MS ? { hash } : { hash, seen };
};

const RACY_MS = 100;

const buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Piece by piece: a file may be larger than what memory takes. */
const sha256OfFile = (file: string): string => {
  const hash = createHash('sha256');
  const opened = openSync(file, 'r');
  try {
    for (let read = readSync(opened, buffer); read > 0; read = readSync(opened, buffer)) {
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(opened);
  }
  return hash.digest('hex');
};

export const hashOf = (files: readonly HashedFile[], ...more: readonly string[]): string =>
  sha256(JSON.stringify([files.map(({ path, hash }) => [path, hash]), more]));
