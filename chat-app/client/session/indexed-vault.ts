import { fail } from '../../protocol/failure.ts';
import { type Identity, newIdentity, type Verified } from '../crypto/index.ts';
import type { KeptRoom, Vault } from './vault.ts';

const NAME = 'bytechat';
const VERSION = 1;
/** `person` holds identity, verified and lastName under those keys; `rooms` holds one KeptRoom by roomId. */
type Store = 'person' | 'rooms';

/** The vault in IndexedDB; fails with `no-storage` where the browser keeps nothing for this page. */
export async function openVault(factory: IDBFactory): Promise<Vault> {
  const database = await open(factory);
  const read = <T>(store: Store, key: string): Promise<T | undefined> =>
    answer(database.transaction(store).objectStore(store).get(key));
  const write = (store: Store, value: unknown, key?: string) =>
    answer(database.transaction(store, 'readwrite').objectStore(store).put(value, key));
  return {
    identity: async () => (await read<Identity>('person', 'identity')) ?? makeIdentity(database),
    verified: async () => (await read<Verified>('person', 'verified')) ?? new Map(),
    room: roomId => read<KeptRoom>('rooms', roomId),
    lastName: async () => (await read<string>('person', 'lastName')) ?? '',
    keep: async room => {
      await write('rooms', room);
      await write('person', room.remembered.name, 'lastName');
    },
  };
}

/** Two tabs may get here at once: the first identity that was written is the one that both use. */
async function makeIdentity(database: IDBDatabase): Promise<Identity> {
  const made = await newIdentity();
  const store = database.transaction('person', 'readwrite').objectStore('person');
  const first = await answer<Identity | undefined>(store.get('identity'));
  if (!first) await answer(store.put(made, 'identity'));
  return first ?? made;
}

async function open(factory: IDBFactory): Promise<IDBDatabase> {
  try {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('person');
      request.result.createObjectStore('rooms', { keyPath: 'roomId' });
    };
    return await answer(request);
  } catch (error) {
    return fail('no-storage', error instanceof Error ? error.message : '');
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
