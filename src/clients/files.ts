import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import type { Json } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { createWhole, isCode, readIfThere, writeWhole } from '../engine/files.ts';
import { type SourceSubject, STAMP, stampSource } from '../engine/source.ts';

/** What lies on this machine's disk. */
export const files: Client = async ({ method, request }, options) => {
  const operation = methods[method];
  if (!operation) throw new Error(`files has no ${method}`);
  try {
    return await operation(request as never, options);
  } catch (error) {
    throw isCode(error, 'ENOSPC') ? new BytechatError(diskFull) : error;
  }
};

type Method = (request: never, options: CallOptions) => Promise<Json>;

const diskFull = {
  code: 'disk-full' as const,
  message: 'The disk is full',
  because: 'nothing that was half written is used',
  fix: 'free some space (df -h shows where), then deploy again',
};

/** Says what the output was built from; refuses when the inputs are no longer those that were planned with. */
const stamp = async ({ planned, ...subject }: SourceSubject & { planned: string }): Promise<Json> => {
  const hash = await stampSource(subject);
  if (hash === planned) return { hash };
  throw new BytechatError({
    code: 'facts-moved',
    message: 'Files changed while they were built',
    because: 'so nobody could say what this release is made from. Nothing was released',
    fix: 'deploy again',
  });
};

interface ReleaseRequest {
  readonly from: string;
  readonly to: string;
  /** The folder of Node.js programs that releases share; none when the app does not need one. */
  readonly node?: string;
}

/** Copies a release whole: beside its place first, then renamed, so that a release that is there is whole. */
const release = async ({ from, to, node }: ReleaseRequest, { onLine, signal }: CallOptions): Promise<Json> => {
  const beside = `${to}.${process.pid}.part`;
  await rm(beside, { recursive: true, force: true });
  const paths = await filesIn(from);
  let bytes = 0;
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    bytes += await copyInto(join(from, path), join(beside, path));
    onLine?.(`copying ${index + 1} of ${paths.length} files`);
  }
  if (node !== undefined) bytes += await placeNode(node, join(beside, 'bin', 'node'));
  await rename(beside, to).catch(async error => {
    if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
    await rm(beside, { recursive: true, force: true });
  });
  return { detail: `${paths.length} files${node === undefined ? '' : ' and Node.js'}, ${megabytes(bytes)}` };
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** A release that is the whole project does not hold its history, nor what bytechat keeps there. */
const LEFT_OUT = ['.git', '.bytechat'];

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => (entry.isFile() || entry.isSymbolicLink()) && entry.name !== STAMP)
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => !path.split(sep).some(part => LEFT_OUT.includes(part)))
    .sort();
};

/** A copy that shares its blocks where the file system can. A link to a folder, or to nothing, stays a link. */
const copyInto = async (from: string, to: string): Promise<number> => {
  await mkdir(dirname(to), { recursive: true });
  const found = await stat(from).catch(() => undefined);
  if (!found?.isFile()) {
    await symlink(await readlink(from), to);
    return 0;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  return (await stat(to)).size;
};

/** One copy of each Node.js in the state folder; releases link to it. */
export const placeNode = async (store: string, to: string): Promise<number> => {
  const kept = join(store, `node-${process.version}-${process.platform}-${process.arch}`);
  if (!(await stat(kept).catch(() => undefined))) {
    const beside = `${kept}.${process.pid}.part`;
    await copyInto(process.execPath, beside);
    await rename(beside, kept);
  }
  await mkdir(dirname(to), { recursive: true });
  await link(kept, to).catch(error => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  return (await stat(to)).size;
};

interface PruneRequest {
  readonly folder: string;
  readonly names: readonly string[];
}

/** Removes what retention has given up, and what killed runs have left half copied. */
const prune = async ({ folder, names }: PruneRequest): Promise<Json> => {
  const parts = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.part'));
  for (const name of [...names, ...parts]) await rm(join(folder, name), { recursive: true, force: true });
  return { detail: `${names.length} removed` };
};

interface RemoveRequest {
  readonly paths: readonly string[];
}

const remove = async ({ paths }: RemoveRequest): Promise<Json> => {
  for (const path of paths) await rm(path, { recursive: true, force: true });
  return { detail: `${paths.length} removed` };
};

interface WriteRequest {
  readonly path: string;
  readonly text: string;
  /** Whether a file may be there already. */
  readonly replace: boolean;
  /** What there is to tell when it is done. */
  readonly detail: string;
}

/** Writes a text whole or not at all. Of two that write a new file at once, one is refused. */
const write = async ({ path, text, replace, detail }: WriteRequest): Promise<Json> => {
  if (replace) await writeWhole(path, text);
  else if (!(await createWhole(path, text))) throw new BytechatError(appeared(path));
  return { detail };
};

const appeared = (path: string) => ({
  code: 'file-exists' as const,
  message: `${path} has appeared meanwhile`,
  because: 'somebody else wrote it. Nothing was changed',
  fix: 'read it, and try again',
});

interface UnwriteRequest {
  readonly path: string;
  readonly text: string;
  /** What was there before; null when nothing was. */
  readonly before: string | null;
}

/** Puts back what `write` has changed, and nothing that somebody else has written. */
const unwrite = async ({ path, text, before }: UnwriteRequest): Promise<Json> => {
  if ((await readIfThere(path)) !== text) return { detail: 'nothing was written' };
  if (before === null) await rm(path, { force: true });
  else await writeWhole(path, before);
  return { detail: before === null ? 'removed' : 'as it was' };
};

const methods: Readonly<Record<string, Method>> = { stamp, release, prune, remove, write, unwrite };
