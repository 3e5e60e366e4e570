/** Copies of the store in one file each, made while a relay writes. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Problem, reasonOf } from '../problem.ts';
import { examine } from './migrate.ts';
import { storeFile } from './open.ts';

/**
 * Writes the store of `dataDir`, as it was at one moment, to `target`: whole and on the disk, or not at all. A file that
 * is there already is replaced. Writers do not wait for it. Throws `backup`.
 */
export async function backUp(dataDir: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  try {
    if (!existsSync(storeFile(dataDir))) throw new Error(`${storeFile(dataDir)} is not there`);
    mkdirSync(dirname(target), { recursive: true });
    rmSync(partial, { force: true });
    await copy(storeFile(dataDir), partial);
    makeWhole(partial);
    renameSync(partial, target);
    syncFolder(dirname(target));
  } catch (error) {
    removeDatabase(partial);
    throw new Problem('backup', `The backup to ${target} was not made: ${reasonOf(error)}`, error);
  }
}

/** More pages than a file can have. */
const ALL_PAGES = 2 ** 31 - 1;

/** On a connection and a thread of its own; in one step, so that no writer makes it begin again. */
async function copy(file: string, target: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    await backup(source, target, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

/** One file that needs no write-ahead log beside it, looked through and on the disk. */
function makeWhole(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    checkWhole(db);
  } finally {
    db.close();
  }
  syncFile(file);
}

/** Throws what is wrong with the file. Reads all of it. */
export function checkWhole(db: DatabaseSync): void {
  const verdict = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (verdict !== 'ok') throw new Error(`it is damaged: ${verdict}`);
  if (examine(db).version === 0) throw new Error('it is not a store of this relay');
}

export function removeDatabase(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true });
}

export const syncFile = (file: string): void => sync(file, 'r+');

/** A new name is on the disk once its folder is. */
export const syncFolder = (dir: string): void => sync(dir, 'r');

function sync(path: string, flags: 'r' | 'r+'): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
