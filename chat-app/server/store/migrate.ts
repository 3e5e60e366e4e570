import type { DatabaseSync } from 'node:sqlite';
import { Problem, reasonOf } from '../problem.ts';
import type { Migration } from './schema.ts';

/** What a file says about itself; a new file is version 0. */
export interface Found {
  version: number;
  compatibleWith: number;
}

export const latest = (migrations: readonly Migration[]): number => migrations.at(-1)?.version ?? 0;

/** Reads only. */
export function examine(db: DatabaseSync): Found {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version === 0) return { version, compatibleWith: 0 };
  const row = db.prepare("SELECT value FROM meta WHERE key = 'compatible_with'").get();
  return { version, compatibleWith: Number(row?.value ?? version) };
}

/** Throws `store-newer` when a program that knows `migrations` cannot run on the file. */
export function refuseNewer(found: Found, migrations: readonly Migration[], file: string): void {
  const known = latest(migrations);
  if (found.compatibleWith <= known) return;
  throw new Problem(
    'store-newer',
    `${file} has schema version ${found.version} and needs a relay that knows version ${found.compatibleWith} or later; this one knows ${known}. ` +
      'Start the newer release again, or set DATA_DIR to another folder or to a backup from before the upgrade.',
  );
}

/** Brings the file up to date, in one transaction: on failure it is as it was, and `store-migration` says why. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[], file: string): void {
  const { version } = examine(db);
  const missing = migrations.filter(each => each.version > version);
  if (missing.length === 0) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    if (version === 0) db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID');
    for (const step of missing) apply(db, step);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw new Problem(
      'store-migration',
      `${file} could not be brought from schema version ${version} to ${latest(migrations)}: ${reasonOf(error)}. ` +
        'The file is unchanged: the previous release still runs on it.',
      error,
    );
  }
}

function apply(db: DatabaseSync, { version, compatibleWith, sql }: Migration): void {
  db.exec(sql);
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('compatible_with', ?)").run(compatibleWith);
  db.exec(`PRAGMA user_version = ${version}`);
}
