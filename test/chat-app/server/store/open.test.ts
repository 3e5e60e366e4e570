import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { effectOn, inspect, openStore, storeFile } from '../../../../chat-app/server/store/open.ts';
import { MOST_UNPLACED } from '../../../../chat-app/server/store/places.ts';
import type { Migration } from '../../../../chat-app/server/store/schema.ts';
import { MIGRATIONS } from '../../../../chat-app/server/store/schema.ts';
import { emptyBatch } from '../../../../chat-app/server/store/store.ts';
import { folder } from '../support/folder.ts';

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const fails = async (open: () => unknown) => {
  try {
    await open();
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
};
const HASH = Buffer.alloc(32, 1);
const room = { ...emptyBatch(), rooms: [{ id: 1, hash: HASH, door: null }] };

/** A folder with a store of the current version that knows one room. */
async function filled(): Promise<string> {
  const dir = folder();
  const store = openStore(dir);
  await store.write(room);
  await store.close();
  return dir;
}

const added: Migration = {
  version: 3,
  compatibleWith: 2,
  sql: 'ALTER TABLE room ADD COLUMN colour TEXT; CREATE TABLE paint (id INTEGER)',
};

test('a commit goes to a write-ahead log', async () => {
  const dir = folder();
  const store = openStore(dir);
  const other = new DatabaseSync(storeFile(dir), { readOnly: true });
  expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  other.close();
  await store.close();
});

test('a migration adds and keeps; the release before still runs on the file', async () => {
  const dir = await filled();
  const newer = openStore(dir, [...MIGRATIONS, added]);
  expect((await newer.lookup(HASH, HASH)).room).toMatchObject({ id: 1 });
  await newer.close();
  const older = openStore(dir);
  expect((await older.lookup(HASH, HASH)).room).toMatchObject({ id: 1 });
  await older.write({ ...emptyBatch(), rooms: [{ id: 2, hash: Buffer.alloc(32, 2), door: null }] });
  await older.close();
  const db = new DatabaseSync(storeFile(dir), { readOnly: true });
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  db.close();
});

test('a migration that fails leaves the file as it was, byte for byte, and open to the release before', async () => {
  const dir = await filled();
  const before = digest(storeFile(dir));
  const broken = { ...added, sql: `${added.sql}; INSERT INTO nowhere VALUES (1)` };
  expect(await fails(() => openStore(dir, [...MIGRATIONS, broken]))).toMatchObject({
    code: 'store-migration',
    message: expect.stringMatching(
      /messages\.db could not be brought from schema version 2 to 3: .*nowhere.* unchanged/,
    ),
  });
  expect(digest(storeFile(dir))).toBe(before);
  const store = openStore(dir);
  expect((await store.lookup(HASH, HASH)).room).toMatchObject({ id: 1 });
  await store.close();
});

test('a file that a newer program alone can read is refused, unchanged, with the way out', async () => {
  const dir = await filled();
  await openStore(dir, [...MIGRATIONS, { ...added, compatibleWith: 3 }]).close();
  const before = digest(storeFile(dir));
  for (const open of [openStore, inspect]) {
    expect(await fails(() => open(dir))).toMatchObject({
      code: 'store-newer',
      message: expect.stringMatching(
        /messages\.db has schema version 3 .*version 3 or later; this one knows 2.*Start the newer release.*DATA_DIR/s,
      ),
    });
  }
  expect(digest(storeFile(dir))).toBe(before);
});

test('a file that is none of ours is refused, unchanged', async () => {
  const dir = folder();
  writeFileSync(storeFile(dir), 'a letter to my aunt, which is long enough to be read as a header'.repeat(100));
  const before = digest(storeFile(dir));
  expect(await fails(() => openStore(dir))).toMatchObject({ code: 'store-unreadable' });
  expect(digest(storeFile(dir))).toBe(before);
});

test('a folder that cannot be made is a problem with the way out', async () => {
  const file = `${folder()}/file`;
  writeFileSync(file, '');
  expect(await fails(() => openStore(file))).toMatchObject({
    code: 'store-unreadable',
    message: expect.stringContaining('DATA_DIR'),
  });
});

test('one writer: a second relay on the same file is refused until the first has closed', async () => {
  const dir = folder();
  const first = openStore(dir);
  expect(await fails(() => openStore(dir))).toMatchObject({
    code: 'store-in-use',
    message: expect.stringContaining('DATA_DIR'),
  });
  inspect(dir);
  await first.close();
  await openStore(dir).close();
});

const line = (seq: number, of = 1) => ({
  room: of,
  seq,
  at: seq,
  sender: 7,
  body: Buffer.of(3, of, seq & 255),
  keys: null,
});
const lines = (from: number, count: number) => Array.from({ length: count }, (_, nth) => line(from + nth));

/** A store as version 1 of the schema left it, with two rooms whose lines came in turns. */
function versionOne(): string {
  const dir = folder();
  const db = new DatabaseSync(storeFile(dir));
  db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID');
  db.exec(MIGRATIONS[0]?.sql ?? '');
  db.exec("INSERT INTO meta (key, value) VALUES ('compatible_with', 1); PRAGMA user_version = 1");
  db.exec("INSERT INTO room VALUES (1, x'01', NULL, 0, 0, zeroblob(32), 0), (2, x'02', NULL, 0, 0, zeroblob(32), 0)");
  const put = db.prepare('INSERT INTO entry (room, seq, at, sender, body, keys) VALUES (?, ?, ?, ?, ?, ?)');
  for (const of of [1, 2, 2, 1, 2]) {
    const { top } = db.prepare('SELECT count(*) + 1 AS top FROM entry WHERE room = ?').get(of) as { top: number };
    const { room, seq, at, sender, body, keys } = line(top, of);
    put.run(room, seq, at, sender, body, keys);
  }
  db.close();
  return dir;
}

test('a store of version 1 opens with all that it has, and takes more', async () => {
  const dir = versionOne();
  expect(effectOn(dir)).toEqual({ migrates: true, back: true });
  const store = openStore(dir);
  const all = { after: 0, upTo: 99 };
  expect(await store.entries(2, all, 9)).toEqual([1, 2, 3].map(seq => line(seq, 2)));
  await store.write({ ...emptyBatch(), entries: [line(3), line(4, 2)] });
  expect(await store.entries(1, all, 9)).toEqual([1, 2, 3].map(seq => line(seq)));
  expect(await store.entries(2, { after: 2, upTo: 99 }, 9)).toEqual([3, 4].map(seq => line(seq, 2)));
  expect((await store.lookup(Buffer.of(2), HASH)).room).toMatchObject({ seq: 4 });
  await expect(store.write({ ...emptyBatch(), entries: [line(2)] })).rejects.toThrow('there already');
  await store.close();
});

/** As the release with version 1 writes: it knows nothing of places, and ids come from SQLite. */
function asVersionOne(dir: string, work: (db: DatabaseSync) => void): void {
  expect(effectOn(dir, MIGRATIONS.slice(0, 1))).toEqual({ migrates: false, back: true });
  const db = new DatabaseSync(storeFile(dir));
  work(db);
  db.close();
}

const putAsBefore = (db: DatabaseSync, ...entries: ReturnType<typeof line>[]): void => {
  const put = db.prepare('INSERT INTO entry (room, seq, at, sender, body, keys) VALUES (?, ?, ?, ?, ?, ?)');
  for (const { room, seq, at, sender, body, keys } of entries) put.run(room, seq, at, sender, body, keys);
};

test('what version 1 writes and deletes in between, after a rollback, is found', async () => {
  const dir = versionOne();
  const all = { after: 0, upTo: 99 };
  const first = openStore(dir);
  await first.write({ ...emptyBatch(), entries: [line(3), line(4)] });
  await first.close();
  asVersionOne(dir, db => {
    putAsBefore(db, line(4, 2), line(5));
    db.exec('DELETE FROM entry WHERE room = 2 AND seq <= 2');
  });
  const second = openStore(dir);
  expect(await second.entries(1, all, 9)).toEqual([1, 2, 3, 4, 5].map(seq => line(seq)));
  expect(await second.entries(2, all, 9)).toEqual([3, 4].map(seq => line(seq, 2)));
  expect(await second.oldest(2)).toBe(3);
  await second.close();
  asVersionOne(dir, db => {
    db.exec('DELETE FROM entry');
    putAsBefore(db, line(6), line(5, 2));
  });
  const third = openStore(dir);
  await third.write({ ...emptyBatch(), entries: [line(7)] });
  expect(await third.entries(1, all, 9)).toEqual([6, 7].map(seq => line(seq)));
  expect(await third.entries(2, all, 9)).toEqual([line(5, 2)]);
  await third.close();
});

test('what is not in the index yet is found, also after a restart, and what is in it stays in order', async () => {
  const dir = folder();
  const many = MOST_UNPLACED + 10;
  const first = openStore(dir);
  await first.write({ ...emptyBatch(), rooms: [{ id: 1, hash: HASH, door: null }] });
  await first.write({ ...emptyBatch(), entries: lines(1, MOST_UNPLACED - 1) });
  await first.close();
  const placed = () => {
    const db = new DatabaseSync(storeFile(dir), { readOnly: true });
    const { count } = db.prepare('SELECT count(*) AS count FROM place').get() as { count: number };
    db.close();
    return count;
  };
  expect(placed()).toBe(0);
  const second = openStore(dir);
  expect((await second.lookup(HASH, HASH)).room?.seq).toBe(MOST_UNPLACED - 1);
  expect(await second.oldest(1)).toBe(1);
  await second.write({ ...emptyBatch(), entries: [line(MOST_UNPLACED)] });
  expect(placed()).toBe(MOST_UNPLACED);
  await second.write({ ...emptyBatch(), entries: lines(MOST_UNPLACED + 1, 10) });
  expect(placed()).toBe(MOST_UNPLACED);
  expect(await second.entries(1, { after: many - 15, upTo: many }, 12)).toEqual(lines(many - 14, 12));
  expect((await second.sent(1, { since: many - 14, before: many + 1 }, 99)).map(({ seq }) => seq)).toEqual(
    lines(many - 14, 15).map(({ seq }) => seq),
  );
  await second.close();
});

test('what comes after everything was forgotten is found, also after a restart', async () => {
  const dir = folder();
  const store = openStore(dir);
  const checkpoint = (seq: number) => ({ room: 1, seq, head: HASH, messages: seq });
  await store.write({ ...emptyBatch(), rooms: [{ id: 1, hash: HASH, door: null }] });
  await store.write({ ...emptyBatch(), entries: lines(1, 5) });
  await store.write({ ...emptyBatch(), checkpoints: [checkpoint(5)], trims: [{ room: 1, upTo: 5 }] });
  expect(await store.oldest(1)).toBeUndefined();
  await store.close();
  const later = openStore(dir);
  await later.write({ ...emptyBatch(), entries: lines(6, 3) });
  await later.close();
  const again = openStore(dir);
  expect(await again.entries(1, { after: 0, upTo: 9 }, 9)).toEqual(lines(6, 3));
  await again.close();
});

test('a batch that failed leaves nothing that is found', async () => {
  const dir = folder();
  const store = openStore(dir);
  await store.write({ ...emptyBatch(), rooms: [{ id: 1, hash: HASH, door: null }], entries: [line(1)] });
  const broken = {
    ...emptyBatch(),
    entries: [line(2)],
    trims: [{ room: 1n as unknown as number, upTo: {} as number }],
  };
  await expect(store.write(broken)).rejects.toThrow();
  expect(await store.entries(1, { after: 0, upTo: 9 }, 9)).toEqual([line(1)]);
  await store.write({ ...emptyBatch(), entries: [line(2), line(3)] });
  expect(await store.entries(1, { after: 0, upTo: 9 }, 9)).toEqual([1, 2, 3].map(seq => line(seq)));
  await store.close();
});
