import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../core/display.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { isCode } from './files.ts';
import { type HashedFile, hashUnlessSeen, type Known, sha256 } from './hash.ts';
import { hopeIn, judge, type Verdict } from './ignore-file.ts';
import type { IgnorePattern } from './ignore-pattern.ts';

/** What BuildKit takes of a context: never times, owners or extended attributes. */
export interface ContextFile extends HashedFile {
  readonly kind: 'file' | 'folder' | 'link' | 'pipe';
  /** The twelve bits of permissions. */
  readonly mode: number;
  readonly bytes: number;
}

/**
 * All that is not ignored, in the order of paths; a file that looks as it did when it was hashed before is not read
 * again. What goes away meanwhile is not there. Throws `no-permission` with the path of what cannot be read.
 */
export const contextFiles = async (
  context: string,
  patterns: readonly IgnorePattern[],
  known: Known = new Map(),
): Promise<ContextFile[]> => {
  const scope = { context, patterns, hasHope: hopeIn(patterns) };
  const found = foundBelow({ path: '', isIgnored: false, matched: [] }, scope).sort(byPath);
  const files: ContextFile[] = [];
  let pause = Date.now() + BUSY_MS;
  for (const each of found) {
    files.push(...ifThere(each.at, () => [contextFile(each, known)]));
    if (Date.now() < pause) continue;
    await new Promise(setImmediate);
    pause = Date.now() + BUSY_MS;
  }
  return files;
};

/** For how long nothing else is heard, such as Ctrl-C. */
const BUSY_MS = 50;

interface Found {
  readonly path: string;
  readonly at: string;
  readonly stats: Stats;
}

interface Scope {
  readonly context: string;
  readonly patterns: readonly IgnorePattern[];
  readonly hasHope: (folder: string) => boolean;
}

interface Folder extends Verdict {
  readonly path: string;
}

const byPath = (a: Found, b: Found): number => (a.path < b.path ? -1 : 1);

const foundBelow = (folder: Folder, scope: Scope): Found[] => {
  const at = join(scope.context, folder.path);
  return ifThere(at, () => entriesOf(at, folder)).flatMap(entry => foundAt(entry, folder, scope));
};

const entriesOf = (at: string, { isIgnored }: Folder): Dirent[] => {
  try {
    return readdirSync(at, { withFileTypes: true });
  } catch (error) {
    // Nobody asked for it by name: Docker goes by as well.
    if (isIgnored && isForbidden(error)) return [];
    throw error;
  }
};

const foundAt = (entry: Dirent, folder: Folder, scope: Scope): Found[] => {
  const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
  const verdict = judge(scope.patterns, path, folder.matched);
  const at = join(scope.context, path);
  if (!entry.isDirectory()) return verdict.isIgnored ? [] : looked(path, at);
  if (!verdict.isIgnored) return [...looked(path, at), ...foundBelow({ path, ...verdict }, scope)];
  if (!scope.hasHope(path)) return [];
  // What is taken in again brings the folders that it lies in.
  const kept = foundBelow({ path, ...verdict }, scope);
  return kept.length === 0 ? [] : [...looked(path, at), ...kept];
};

const looked = (path: string, at: string): Found[] =>
  ifThere(at, () => {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (!stats && path.includes('\uFFFD')) throw new BytechatError(misnamed(path, at));
    return stats ? [{ path, at, stats }] : [];
  });

const PERMISSIONS = 0o7777;

const contextFile = ({ path, at, stats }: Found, known: Known): ContextFile => {
  const mode = stats.mode & PERMISSIONS;
  if (stats.isDirectory()) return { path, kind: 'folder', mode, bytes: 0, hash: '' };
  if (stats.isFIFO()) return { path, kind: 'pipe', mode, bytes: 0, hash: '' };
  // Not every system gives a link permissions of its own, and none heeds them.
  if (stats.isSymbolicLink())
    return { path, kind: 'link', mode: 0o777, bytes: 0, hash: sha256(`l${readlinkSync(at)}`) };
  // A socket or a device arrives as an empty file.
  if (!stats.isFile()) return { path, kind: 'file', mode, bytes: 0, hash: sha256(`f${sha256('')}`) };
  return {
    path,
    kind: 'file',
    mode,
    bytes: stats.size,
    ...hashUnlessSeen(at, stats, { known: known.get(path), mark: 'f' }),
  };
};

/** Nothing when it has gone away meanwhile. */
const ifThere = <Item>(at: string, read: () => Item[]): Item[] => {
  try {
    return read();
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return [];
    if (isForbidden(error)) throw new BytechatError(forbidden(at), { cause: error });
    throw error;
  }
};

const isForbidden = (error: unknown): boolean => isCode(error, 'EACCES') || isCode(error, 'EPERM');

const forbidden = (at: string): Problem => ({
  code: 'no-permission',
  message: `${at} may not be read`,
  because: 'it belongs to what the image is built from, and Docker would take it as empty',
  where: { file: at },
  fix: `chmod u+r ${quote(at)}, or name it in .dockerignore`,
});

const misnamed = (path: string, at: string): Problem => ({
  code: 'invalid-value',
  message: `The name of ${path} is not UTF-8`,
  because: 'the image is built from it, and not every Docker takes such a name',
  where: { file: at },
  fix: 'rename it, or name its folder in .dockerignore',
});
