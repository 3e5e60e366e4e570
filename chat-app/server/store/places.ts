/**
 * Where the entries of each room are. An index that follows every commit costs as much as the entries do: a hundred busy
 * rooms are a hundred pages of it, written each time. This one follows every few thousand entries, sorted, and the newest
 * are found through memory meanwhile.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { EntryRecord } from './store.ts';

/** As many may be found through memory alone; then a commit takes about 2 ms longer. */
export const MOST_UNPLACED = 2048;

export interface Places {
  /** The id of the first of these new entries, the others follow; throws where a room has got as far already. */
  number(entries: readonly EntryRecord[]): number;
  /** After these have been written, in the same transaction; what it returns is to be called once that is committed. */
  place(entries: readonly EntryRecord[], all: boolean): () => void;
  /** The last seq of a room; 0: it has none. */
  last(room: number): number;
  /** The first seq of a room. */
  first(room: number): number | undefined;
  /** The ids of entries of a room with `after < seq <= upTo` that are not placed yet, in order. */
  newest(room: number, after: number, upTo: number): number[];
}

interface Spot {
  seq: number;
  id: number;
}

/** What is not placed, by room, in order: the entries with ids above `from`. */
interface Tail {
  rooms: Map<number, Spot[]>;
  count: number;
  from: number;
  lastId: number;
}

export function openPlaces(db: DatabaseSync): Places {
  const ask = prepare(db);
  let tail = readTail(ask);
  const last = (room: number) => tail.rooms.get(room)?.at(-1)?.seq ?? Number(ask.last.get(room)?.seq ?? 0);
  return {
    last,
    number: entries => {
      refuseTaken(entries, last);
      return tail.lastId + 1;
    },
    place: (entries, all) => {
      if (!all && tail.count + entries.length < MOST_UNPLACED) return () => add(tail, entries);
      const lastId = tail.lastId + entries.length;
      ask.place.run(tail.from);
      return () => {
        tail = { rooms: new Map(), count: 0, from: lastId, lastId };
      };
    },
    first: room => {
      const seq = ask.first.get(room)?.seq;
      return typeof seq === 'number' ? seq : tail.rooms.get(room)?.[0]?.seq;
    },
    newest: (room, after, upTo) =>
      (tail.rooms.get(room) ?? []).filter(({ seq }) => seq > after && seq <= upTo).map(({ id }) => id),
  };
}

const prepare = (db: DatabaseSync) => ({
  placed: db.prepare('SELECT coalesce(max(entry), 0) AS id FROM place'),
  tail: db.prepare('SELECT id, room, seq FROM entry WHERE id > ? ORDER BY id'),
  place: db.prepare(
    'INSERT INTO place (room, seq, entry) SELECT room, seq, id FROM entry WHERE id > ? ORDER BY room, seq',
  ),
  last: db.prepare('SELECT max(seq) AS seq FROM place WHERE room = ?'),
  first: db.prepare('SELECT min(seq) AS seq FROM place WHERE room = ?'),
});

/**
 * After a start: what was not placed before. Whoever wrote it, an entry that is not placed has a higher id than all that
 * are: ids are given above those that are there, and what is deleted is in `place` no more.
 */
function readTail(ask: ReturnType<typeof prepare>): Tail {
  const from = Number(ask.placed.get()?.id);
  const tail: Tail = { rooms: new Map(), count: 0, from, lastId: from };
  for (const row of ask.tail.iterate(from)) {
    tail.lastId = Number(row.id);
    push(tail, Number(row.room), { seq: Number(row.seq), id: tail.lastId });
  }
  return tail;
}

function add(tail: Tail, entries: readonly EntryRecord[]): void {
  for (const { room, seq } of entries) {
    tail.lastId += 1;
    push(tail, room, { seq, id: tail.lastId });
  }
}

function push(tail: Tail, room: number, spot: Spot): void {
  const known = tail.rooms.get(room);
  if (known) known.push(spot);
  else tail.rooms.set(room, [spot]);
  tail.count += 1;
}

function refuseTaken(entries: readonly EntryRecord[], last: (room: number) => number): void {
  const reached = new Map<number, number>();
  for (const { room, seq } of entries) {
    if (seq <= (reached.get(room) ?? last(room))) throw new Error(`entry ${seq} of room ${room} is there already`);
    reached.set(room, seq);
  }
}
