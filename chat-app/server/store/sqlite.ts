/** The store in one SQLite file (`node:sqlite`): synchronous inside, so a resolved `write` is on the disk. */
import type { DatabaseSync } from 'node:sqlite';
import { watchDamage } from './damage.ts';
import type { Places } from './places.ts';
import { openPlaces } from './places.ts';
import type { Row } from './rows.ts';
import { toCheckpoint, toEntry, toIdentity, toRoom, toSent, toSession } from './rows.ts';
import type { EntryRecord, Range, RoomRecord, SentRecord, Since, Store } from './store.ts';
import { START_BYTES } from './store.ts';
import { writer } from './write.ts';

/** `closed` is called once the file is let go. */
export function sqliteStore(db: DatabaseSync, closed: () => void): Store {
  const read = prepareReads(db);
  const places = openPlaces(db);
  const { write, check } = writer(db, places);
  const { asked, written } = watchDamage();
  return {
    lastIds: asked(() => ({ room: top(read.lastRoom), identity: top(read.lastIdentity) })),
    kept: asked(() => ({ rooms: top(read.rooms), identities: top(read.identities) })),
    listedRooms: asked(() => read.listedRooms.all().map(row => roomOf({ read, places }, row))),
    lookup: asked((hash, ik) => {
      const room = read.room.get(hash);
      const identity = room && read.identity.get(id(room), ik);
      return { room: room && roomOf({ read, places }, room), identity: identity && toIdentity(identity) };
    }),
    session: asked(bundleId => mapped(read.session.get(bundleId), toSession)),
    entries: asked((room, range, limit) => entriesOf({ read, places }, { room, ...range, limit })),
    oldest: asked(places.first),
    sent: asked((room, range, limit) => sentSince({ read, places }, { room, ...range, limit })),
    expired: asked((before, limit) =>
      read.expired.all(limit, before).map(row => ({ room: Number(row.room), upTo: Number(row.up_to) })),
    ),
    size: asked(() => {
      const { pages = 0, bytes = 0 } = read.size.get() ?? {};
      return Number(pages) * Number(bytes);
    }),
    checkpoint: asked(room => mapped(read.checkpoint.get(room), toCheckpoint)),
    write: written(write),
    check: written(check),
    close: async () => {
      db.close();
      closed();
    },
  };
}

type Reads = ReturnType<typeof prepareReads>;

const SENT = `sender, entry.seq AS seq, at, substr(body, 1, ${START_BYTES}) AS start`;

const prepareReads = (db: DatabaseSync) => ({
  lastRoom: db.prepare('SELECT max(id) AS top FROM room'),
  lastIdentity: db.prepare('SELECT max(id) AS top FROM identity'),
  rooms: db.prepare('SELECT count(*) AS top FROM room'),
  identities: db.prepare('SELECT count(*) AS top FROM identity'),
  listedRooms: db.prepare('SELECT * FROM room WHERE id IN (SELECT room FROM session WHERE left_seq IS NULL)'),
  room: db.prepare('SELECT * FROM room WHERE hash = ?'),
  members: db.prepare('SELECT * FROM session WHERE room = ? AND left_seq IS NULL ORDER BY joined_seq'),
  identity: db.prepare('SELECT * FROM identity WHERE room = ? AND ik = ?'),
  session: db.prepare('SELECT * FROM session WHERE bundle_id = ?'),
  entries: db.prepare(
    `SELECT entry.* FROM place JOIN entry ON id = entry
     WHERE place.room = ? AND place.seq > ? AND place.seq <= ? ORDER BY place.seq LIMIT ?`,
  ),
  entry: db.prepare('SELECT * FROM entry WHERE id = ?'),
  sent: db.prepare(
    `SELECT ${SENT} FROM place JOIN entry ON id = entry WHERE place.room = ? AND place.seq < ? ORDER BY place.seq DESC`,
  ),
  sentAt: db.prepare(`SELECT ${SENT} FROM entry WHERE id = ?`),
  expired: db.prepare(
    'SELECT room, max(seq) AS up_to FROM (SELECT room, seq, at FROM entry ORDER BY id LIMIT ?) WHERE at < ? GROUP BY room',
  ),
  size: db.prepare(
    `SELECT page_count - freelist_count AS pages, page_size AS bytes
     FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  ),
  checkpoint: db.prepare('SELECT * FROM room WHERE id = ?'),
});

interface Parts {
  read: Reads;
  places: Places;
}

function roomOf({ read, places }: Parts, row: Row): RoomRecord {
  const members = read.members.all(id(row)).map(toSession);
  return toRoom(row, Math.max(places.last(id(row)), Number(row.head_seq)), members);
}

interface Wanted extends Range {
  room: number;
  limit: number;
}

function entriesOf({ read, places }: Parts, { room, after, upTo, limit }: Wanted): EntryRecord[] {
  const placed = read.entries.all(room, after, upTo, limit);
  const ids = places.newest(room, after, upTo).slice(0, limit - placed.length);
  return [...placed, ...ids.flatMap(each => read.entry.all(each))].map(toEntry);
}

interface Asked extends Since {
  room: number;
  limit: number;
}

/** From the newest back, so that a room with years of history costs only the last day. */
function sentSince(parts: Parts, { room, since, before, limit }: Asked): SentRecord[] {
  const found: SentRecord[] = [];
  for (const row of fromTheNewest(parts, room, before)) {
    if (Number(row.at) < since || found.length === limit) break;
    if (row.sender !== null) found.push(toSent(row));
  }
  return found.reverse();
}

function* fromTheNewest({ read, places }: Parts, room: number, before: number): Generator<Row> {
  for (const each of places.newest(room, 0, before - 1).reverse()) yield* read.sentAt.all(each);
  yield* read.sent.iterate(room, before);
}

const id = (row: Row): number => Number(row.id);
const top = (statement: Reads[keyof Reads], ...values: number[]): number => Number(statement.get(...values)?.top ?? 0);
const mapped = <T>(row: Row | undefined, read: (row: Row) => T): T | undefined => row && read(row);
