/** One room in IndexedDB: opened by one tab, and written in one transaction for each turn (e2ee/1, section 11). */
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { hex } from '../../protocol/text.ts';
import { type Key, openRecord, type Place, random, type SealedRecord, sealRecord } from '../crypto/index.ts';
import { answer, done, guarded, type StoreName, under } from './database.ts';
import type { LogItem } from './state.ts';
import type { Found, Keeping, KeptDesk, KeptRoom, Numbered, Shelf } from './vault.ts';

const BOTH: StoreName[] = ['keys', 'sealed'];

/** From here on what other tabs write about the room is refused. */
export async function openShelf(database: IDBDatabase, key: Key, roomId: string): Promise<Shelf> {
  const owner = hex(random(16));
  const shelf: Open = { database, key, roomId, owner };
  return {
    found: await take(shelf),
    keep: keeping => guarded(() => keep(shelf, keeping)),
    forget: () => guarded(() => write(shelf, forgetting, 'strict')),
  };
}

interface Open {
  database: IDBDatabase;
  key: Key;
  roomId: string;
  /** Says which tab wrote it. */
  owner: string;
}

/** Marks the room as ours and reads it, at one moment. */
async function take({ database, key, roomId, owner }: Open): Promise<Found> {
  const transaction = database.transaction(BOTH, 'readwrite');
  const [keys, sealed] = [transaction.objectStore('keys'), transaction.objectStore('sealed')];
  keys.put(owner, [roomId, 'owner']);
  const [privateKey, places, records] = await Promise.all([
    answer<Key | undefined>(keys.get([roomId, 'session'])),
    answer(sealed.getAllKeys(under(roomId))),
    answer<SealedRecord[]>(sealed.getAll(under(roomId))),
    done(transaction),
  ]);
  const opened = records.map((record, at) => openRecord(key, places[at] as Place, record));
  return sorted(places as Place[], await Promise.all(opened), privateKey);
}

function sorted(places: Place[], values: unknown[], privateKey: Key | undefined): Found {
  const named = new Map(places.map(([, name], at) => [name, values[at]]));
  const state = named.get('member') as Bytes | undefined;
  return {
    room: named.get('room') as KeptRoom | undefined,
    frozen: state && { privateKey, state },
    desk: named.get('desk') as KeptDesk | undefined,
    items: places.flatMap(([, name, place], at) => (name === 'line' ? [[place, values[at]] as Numbered] : [])),
    draft: (named.get('draft') as string | undefined) ?? '',
  };
}

type Written = readonly [place: Place, record: SealedRecord];

/** Sealing comes first: a transaction ends when nothing is asked of it. */
async function keep(shelf: Open, keeping: Keeping): Promise<void> {
  const { roomId, key } = shelf;
  const records = await Promise.all(
    valuesOf(roomId, keeping).map(
      async ([place, value]): Promise<Written> => [place, await sealRecord(key, place, value)],
    ),
  );
  const put: Write = (keys, sealed) => {
    for (const [place, record] of records) sealed.put(record, [...place]);
    for (const place of keeping.drop) sealed.delete([roomId, 'line', place]);
    if (keeping.frozen) keepKey(keys, [roomId, 'session'], keeping.frozen.privateKey);
  };
  await write(shelf, put, keeping.strict ? 'strict' : 'relaxed');
}

function valuesOf(roomId: string, { room, frozen, desk, draft, put, verified }: Keeping): [Place, object | string][] {
  const values: [Place, object | string | undefined][] = [
    [[roomId, 'room'], room],
    [['', 'name'], room?.remembered.name],
    [[roomId, 'member'], frozen?.state],
    [[roomId, 'desk'], desk],
    [[roomId, 'draft'], draft],
    ...put.map(([place, item]): [Place, LogItem] => [[roomId, 'line', place], item]),
    ...verified.map(([identity, said]): [Place, object] => [['', 'verified', identity], said]),
  ];
  return values.flatMap(([place, value]) => (value === undefined ? [] : [[place, value]]));
}

function keepKey(keys: IDBObjectStore, place: string[], key: Key | undefined): void {
  if (key) keys.put(key, place);
  else keys.delete(place);
}

type Write = (keys: IDBObjectStore, sealed: IDBObjectStore, shelf: Open) => void;

/** Nothing, unless the room is still ours. */
async function write(shelf: Open, put: Write, durability: IDBTransactionDurability): Promise<void> {
  const transaction = shelf.database.transaction(BOTH, 'readwrite', { durability });
  const [keys, sealed] = [transaction.objectStore('keys'), transaction.objectStore('sealed')];
  const putting = answer<string | undefined>(keys.get([shelf.roomId, 'owner'])).then(owner => {
    if (owner === shelf.owner) put(keys, sealed, shelf);
    return owner === shelf.owner;
  });
  const [ours] = await Promise.all([putting, done(transaction)]);
  if (!ours) fail('tab-active');
}

const forgetting: Write = (keys, sealed, { roomId }) => {
  keys.delete(under(roomId));
  sealed.delete(under(roomId));
};
