import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem, reasonOf } from '../problem.ts';
import { lock } from './lock.ts';
import { examine, type Found, latest, migrate, refuseNewer } from './migrate.ts';
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

/** What opening the store of `dataDir` would do to it. */
export interface Effect {
  /** The file would be brought to another form. */
  migrates?: boolean;
  /** The relay that the file is from could still run on it then. */
  back?: boolean;
  /** The file was written by a later relay, and this one cannot run on it. */
  tooNew?: boolean;
}

/** Reads only. */
export function effectOn(dataDir: string, migrations: readonly Migration[] = MIGRATIONS): Effect {
  const file = storeFile(dataDir);
  const found = look(file);
  if (!found) return { migrates: false, back: true };
  if (found.compatibleWith > latest(migrations)) return { tooNew: true };
  const missing = migrations.filter(({ version }) => version > found.version);
  return { migrates: missing.length > 0, back: missing.every(({ compatibleWith }) => compatibleWith <= found.version) };
}

/** Looks at an existing file without writing: could this relay run on it? Throws `store-newer` or `store-unreadable`. */
export function inspect(dataDir: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const file = storeFile(dataDir);
  const found = look(file);
  if (found) refuseNewer(found, migrations, file);
}

/** What the file says about itself; undefined when it is not there. Throws `store-unreadable`. */
const look = (file: string): Found | undefined => {
  if (!existsSync(file)) return undefined;
  return orUnreadable(file, () => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return examine(db);
    } finally {
      db.close();
    }
  });
};

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
