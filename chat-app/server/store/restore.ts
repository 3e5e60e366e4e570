/** Puts a backup in the place of the store. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem, reasonOf } from '../problem.ts';
import { checkWhole, removeDatabase, syncFile, syncFolder } from './backup.ts';
import { lock } from './lock.ts';
import { examine, refuseNewer } from './migrate.ts';
import { storeFile } from './open.ts';
import { MIGRATIONS } from './schema.ts';

/**
 * The store of `dataDir` is what `backupFile` holds afterwards. Returns where the store that was there is kept;
 * undefined when there was none. Throws `store-in-use` while a relay runs on it, `store-newer`, `restore`.
 */
export function restore(dataDir: string, backupFile: string): string | undefined {
  mkdirSync(dataDir, { recursive: true });
  const file = storeFile(dataDir);
  const unlock = lock(file);
  try {
    return replace(file, backupFile);
  } catch (error) {
    removeDatabase(partialOf(file));
    if (error instanceof Problem) throw error;
    throw new Problem('restore', `${backupFile} was not restored: ${reasonOf(error)}`, error);
  } finally {
    unlock();
  }
}

const partialOf = (file: string): string => `${file}.partial`;

function replace(file: string, backupFile: string): string | undefined {
  if (!existsSync(backupFile)) throw new Error('it is not there');
  const partial = partialOf(file);
  removeDatabase(partial);
  copyFileSync(backupFile, partial);
  verify(partial);
  syncFile(partial);
  const kept = existsSync(file) ? keep(file) : undefined;
  renameSync(partial, file);
  syncFolder(dirname(file));
  return kept;
}

function verify(file: string): void {
  const db = new DatabaseSync(file);
  try {
    checkWhole(db);
    refuseNewer(examine(db), MIGRATIONS, file);
  } finally {
    db.close();
  }
}

/** With what is only in its write-ahead log: a damaged file, which cannot be merged with it, keeps it beside itself. */
function keep(file: string): string {
  const kept = `${file}.replaced-${new Date().toISOString().replaceAll(':', '-')}`;
  mergeLog(file);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${kept}-wal`);
  rmSync(`${file}-shm`, { force: true });
  renameSync(file, kept);
  return kept;
}

function mergeLog(file: string): void {
  try {
    const db = new DatabaseSync(file);
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  } catch {
    // It is being replaced because it cannot be used: the two files are kept as they are.
  }
}
