import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { inspect, openStore, storeFile } from '../../../../chat-app/server/store/open.ts';
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
  version: 2,
  compatibleWith: 1,
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
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  db.close();
});

test('a migration that fails leaves the file as it was, byte for byte, and open to the release before', async () => {
  const dir = await filled();
  const before = digest(storeFile(dir));
  const broken = { ...added, sql: `${added.sql}; INSERT INTO nowhere VALUES (1)` };
  expect(await fails(() => openStore(dir, [...MIGRATIONS, broken]))).toMatchObject({
    code: 'store-migration',
    message: expect.stringMatching(
      /messages\.db could not be brought from schema version 1 to 2: .*nowhere.* unchanged/,
    ),
  });
  expect(digest(storeFile(dir))).toBe(before);
  const store = openStore(dir);
  expect((await store.lookup(HASH, HASH)).room).toMatchObject({ id: 1 });
  await store.close();
});

test('a file that a newer program alone can read is refused, unchanged, with the way out', async () => {
  const dir = await filled();
  await openStore(dir, [...MIGRATIONS, { ...added, compatibleWith: 2 }]).close();
  const before = digest(storeFile(dir));
  for (const open of [openStore, inspect]) {
    expect(await fails(() => open(dir))).toMatchObject({
      code: 'store-newer',
      message: expect.stringMatching(
        /messages\.db has schema version 2 .*version 2 or later; this one knows 1.*Start the newer release.*DATA_DIR/s,
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
