/** The browser's database: what it holds, and its requests as promises. */
import { Failure, fail } from '../../protocol/failure.ts';

const NAME = 'bytechat';
const VERSION = 2;

/**
 * `keys`: keys that cannot be read out, and which tab has a room. `sealed`: everything else, sealed under the vault key.
 * Places are arrays that begin with the room's name, or with an empty text for what belongs to no room.
 */
export type StoreName = 'keys' | 'sealed';

export async function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    for (const old of request.result.objectStoreNames) request.result.deleteObjectStore(old);
    request.result.createObjectStore('keys' satisfies StoreName);
    request.result.createObjectStore('sealed' satisfies StoreName);
  };
  const database = await answer(request);
  // A newer page in another tab would wait for ever.
  database.onversionchange = () => database.close();
  return database;
}

/** Everything that is kept under one beginning. */
export const under = (...beginning: string[]): IDBKeyRange => IDBKeyRange.bound(beginning, [...beginning, []]);

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when all of it is stored. */
export function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
  });
}

/** What the browser refuses fails with `no-storage`, and the browser's own name for it. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || !(error instanceof DOMException)) throw error;
    return fail('no-storage', error.name);
  }
}
