import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem, reasonOf } from '../problem.ts';
import { lock } from './lock.ts';
import { examine, migrate, refuseNewer } from './migrate.ts';
import type { Migration } from './schema.ts';
import { MIGRATIONS } from './schema.ts';
import { sqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

export const storeFile = (dataDir: string): string => join(dataDir, 'messages.db');

/**
 * Opens `messages.db` in `dataDir` (made if need be) for writing, and brings it up to date.
 * Throws `store-in-use`, `store-newer`, `store-migration`, `store-unreadable`.
 */
export function openStore(dataDir: string, migrations: readonly Migration[] = MIGRATIONS): Store {
  const file = storeFile(dataDir);
  const unlock = orUnreadable(file, () => {
    mkdirSync(dataDir, { recursive: true });
    return lock(file);
  });
  try {
    inspect(dataDir, migrations);
    return sqliteStore(
      orUnreadable(file, () => openForWriting(file, migrations)),
      unlock,
    );
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Looks at an existing file without writing: could this relay run on it? Throws `store-newer` or `store-unreadable`. */
export function inspect(dataDir: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const file = storeFile(dataDir);
  if (!existsSync(file)) return;
  const found = orUnreadable(file, () => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return examine(db);
    } finally {
      db.close();
    }
  });
  refuseNewer(found, migrations, file);
}

/** A reader from outside (a backup) may hold the file for a moment. */
const BUSY_MS = 2000;

function openForWriting(file: string, migrations: readonly Migration[]): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    migrate(db, migrations, file);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function orUnreadable<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      'store-unreadable',
      `${file} cannot be opened: ${reasonOf(error)}. Check that DATA_DIR is a folder that the relay may write to, and that the file is its own.`,
      error,
    );
  }
}
