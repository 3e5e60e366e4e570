import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../problem.ts';

const SQLITE_BUSY = 5;

/**
 * Only one relay may number the entries of a file. The lock is a transaction on a file beside it that never ends: the
 * system lets go of it when the process dies, however it dies. Returns what gives it back; throws `store-in-use`.
 */
export function lock(file: string): () => void {
  const db = new DatabaseSync(`${file}.lock`);
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw isBusy(error) ? inUse(file, error) : error;
  }
  return () => db.close();
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

const inUse = (file: string, cause: unknown): Problem =>
  new Problem(
    'store-in-use',
    `Another relay has ${file} open. Stop it first, or set DATA_DIR to another folder.`,
    cause,
  );
