/** The store in one SQLite file (`node:sqlite`): synchronous inside, so a resolved `write` is on the disk. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { watchDamage } from './damage.ts';
import type { Row } from './rows.ts';
import { toCheckpoint, toEntry, toIdentity, toRoom, toSent, toSession } from './rows.ts';
import type { RoomRecord, SentRecord, Store } from './store.ts';
import { START_BYTES } from './store.ts';
import { writer } from './write.ts';

/** `closed` is called once the file is let go. */
export function sqliteStore(db: DatabaseSync, closed: () => void): Store {
  const read = prepareReads(db);
  const { write, check } = writer(db);
  const { asked, written } = watchDamage();
  return {
    lastIds: asked(() => ({ room: top(read.lastRoom), identity: top(read.lastIdentity) })),
    kept: asked(() => ({ rooms: top(read.rooms), identities: top(read.identities) })),
    listedRooms: asked(() => read.listedRooms.all().map(row => roomOf(read, row))),
    lookup: asked((hash, ik) => {
      const room = read.room.get(hash);
      const identity = room && read.identity.get(id(room), ik);
      return { room: room && roomOf(read, room), identity: identity && toIdentity(identity) };
    }),
    session: asked(bundleId => mapped(read.session.get(bundleId), toSession)),
    entries: asked((room, { after, upTo }, limit) => read.entries.all(room, after, upTo, limit).map(toEntry)),
    oldest: asked(room => {
      const seq = read.oldest.get(room)?.seq;
      return typeof seq === 'number' ? seq : undefined;
    }),
    sent: asked((room, since) => sentSince(read.sent, room, since)),
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

const prepareReads = (db: DatabaseSync) => ({
  lastRoom: db.prepare('SELECT max(id) AS top FROM room'),
  lastIdentity: db.prepare('SELECT max(id) AS top FROM identity'),
  rooms: db.prepare('SELECT count(*) AS top FROM room'),
  identities: db.prepare('SELECT count(*) AS top FROM identity'),
  listedRooms: db.prepare('SELECT * FROM room WHERE id IN (SELECT room FROM session WHERE left_seq IS NULL)'),
  room: db.prepare('SELECT * FROM room WHERE hash = ?'),
  lastSeq: db.prepare('SELECT max(seq) AS top FROM entry WHERE room = ?'),
  members: db.prepare('SELECT * FROM session WHERE room = ? AND left_seq IS NULL ORDER BY joined_seq'),
  identity: db.prepare('SELECT * FROM identity WHERE room = ? AND ik = ?'),
  session: db.prepare('SELECT * FROM session WHERE bundle_id = ?'),
  entries: db.prepare('SELECT * FROM entry WHERE room = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?'),
  oldest: db.prepare('SELECT min(seq) AS seq FROM entry WHERE room = ?'),
  sent: db.prepare(
    `SELECT sender, seq, at, substr(body, 1, ${START_BYTES}) AS start FROM entry WHERE room = ? ORDER BY seq DESC`,
  ),
  expired: db.prepare(
    'SELECT room, max(seq) AS up_to FROM (SELECT room, seq, at FROM entry ORDER BY id LIMIT ?) WHERE at < ? GROUP BY room',
  ),
  size: db.prepare(
    `SELECT page_count - freelist_count AS pages, page_size AS bytes
     FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  ),
  checkpoint: db.prepare('SELECT * FROM room WHERE id = ?'),
});

function roomOf(read: Reads, row: Row): RoomRecord {
  const members = read.members.all(id(row)).map(toSession);
  return toRoom(row, Math.max(top(read.lastSeq, id(row)), Number(row.head_seq)), members);
}

/** From the newest back, so that a room with years of history costs only the last day. */
function sentSince(statement: StatementSync, room: number, since: number): SentRecord[] {
  const found: SentRecord[] = [];
  for (const row of statement.iterate(room)) {
    if (Number(row.at) < since) break;
    if (row.sender !== null) found.push(toSent(row));
  }
  return found.reverse();
}

const id = (row: Row): number => Number(row.id);
const top = (statement: StatementSync, ...values: number[]): number => Number(statement.get(...values)?.top ?? 0);
const mapped = <T>(row: Row | undefined, read: (row: Row) => T): T | undefined => row && read(row);
