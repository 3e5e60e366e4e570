/** A file that is damaged does not heal by itself: from the first sign of it on, nothing more is written. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

type Ask<A extends unknown[], T> = (...args: A) => T;
type Asked<A extends unknown[], T> = (...args: A) => Promise<T>;

export interface Watch {
  /** Notes damage that a question meets. */
  asked<A extends unknown[], T>(ask: Ask<A, T>): Asked<A, T>;
  /** The same, and rejects at once when damage is known. */
  written<A extends unknown[], T>(ask: Ask<A, T>): Asked<A, T>;
}

export function watchDamage(): Watch {
  let damage: Error | undefined;
  const asked: Watch['asked'] =
    ask =>
    async (...args) => {
      try {
        return ask(...args);
      } catch (error) {
        if (isDamage(error)) damage ??= new Error(`the store is damaged, restore a backup: ${error.message}`);
        throw error;
      }
    };
  const written: Watch['written'] = ask => {
    const ready = asked(ask);
    return async (...args) => {
      if (damage) throw damage;
      return ready(...args);
    };
  };
  return { asked, written };
}

/** The lower byte is the primary code of SQLite's extended ones. */
const isDamage = (error: unknown): error is Error =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes(error.errcode & 0xff);
