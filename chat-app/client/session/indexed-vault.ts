/** The vault in IndexedDB (e2ee/1, section 11). */
import type { Key } from '../crypto/index.ts';
import {
  newIdentity,
  newVaultKey,
  openRecord,
  type SealedRecord,
  type Verification,
  type Verified,
} from '../crypto/index.ts';
import { answer, done, guarded, openDatabase, under } from './database.ts';
import { openShelf } from './indexed-shelf.ts';
import type { KeptRoom, Shelf, Vault } from './vault.ts';

/** Fails with `no-storage` where the browser keeps nothing for this page. */
export const openVault = (factory: IDBFactory): Promise<Vault> => guarded(() => open(factory));

async function open(factory: IDBFactory): Promise<Vault> {
  const database = await openDatabase(factory);
  const key = await once(database, 'vault', newVaultKey);
  const read = async <T>(...place: string[]): Promise<T | undefined> => {
    const record = await answer<SealedRecord | undefined>(sealed(database).get(place));
    return record && ((await openRecord(key, place, record)) as T);
  };
  const news = new BroadcastChannel('verified');
  return {
    identity: () => guarded(() => once(database, 'identity', newIdentity)),
    verified: () => guarded(async () => heardFrom(await verified(database, key), news)),
    room: roomId => guarded(() => read<KeptRoom>(roomId, 'room')),
    open: roomId => guarded(async () => telling(await openShelf(database, key, roomId), news)),
    lastName: () => guarded(async () => (await read<string>('', 'name')) ?? ''),
  };
}

type News = readonly (readonly [string, Verification])[];

/** Whom another tab has verified counts here too, without a reload. */
function heardFrom(people: Verified, news: BroadcastChannel): Verified {
  news.addEventListener('message', ({ data }: MessageEvent<News>) => {
    for (const [identity, said] of data) people.set(identity, said);
  });
  return people;
}

const telling = (shelf: Shelf, news: BroadcastChannel): Shelf => ({
  ...shelf,
  keep: async keeping => {
    await shelf.keep(keeping);
    if (keeping.verified.length > 0) news.postMessage(keeping.verified);
  },
});

const sealed = (database: IDBDatabase) => database.transaction('sealed').objectStore('sealed');

/** Two tabs may get here at once: the first that was written is the one that both use. */
async function once<T>(database: IDBDatabase, name: string, make: () => Promise<T>): Promise<T> {
  const kept = await answer<T | undefined>(database.transaction('keys').objectStore('keys').get(['', name]));
  if (kept) return kept;
  const made = await make();
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' });
  const keys = transaction.objectStore('keys');
  const putting = answer<T | undefined>(keys.get(['', name])).then(first => {
    if (!first) keys.put(made, ['', name]);
    return first ?? made;
  });
  const [all] = await Promise.all([putting, done(transaction)]);
  return all;
}

async function verified(database: IDBDatabase, key: Key): Promise<Map<string, Verification>> {
  const store = sealed(database);
  const range = under('', 'verified');
  const [places, records] = await Promise.all([answer(store.getAllKeys(range)), answer(store.getAll(range))]);
  const people = places.map(async (place, at): Promise<[string, Verification]> => {
    const [, , identity = ''] = place as string[];
    return [identity, (await openRecord(key, place as string[], records[at])) as Verification];
  });
  return new Map(await Promise.all(people));
}
