import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backUpNow, backupsDir, scheduleBackups } from '../../../../chat-app/server/backups.ts';
import { jsonLog } from '../../../../chat-app/server/log.ts';
import { backUp } from '../../../../chat-app/server/store/backup.ts';
import { openStore, storeFile } from '../../../../chat-app/server/store/open.ts';
import { restore } from '../../../../chat-app/server/store/restore.ts';
import type { Store } from '../../../../chat-app/server/store/store.ts';
import { emptyBatch } from '../../../../chat-app/server/store/store.ts';
import { folder } from '../support/folder.ts';

const roomBatch = { ...emptyBatch(), rooms: [{ id: 1, hash: Buffer.alloc(32, 1), door: null }] };
const line = (seq: number) => ({
  ...emptyBatch(),
  entries: [{ room: 1, seq, at: seq, sender: 1, body: Buffer.alloc(400, seq), keys: null }],
});

async function filled(lines: number): Promise<{ dir: string; store: Store }> {
  const dir = folder();
  const store = openStore(dir);
  await store.write(roomBatch);
  for (let seq = 1; seq <= lines; seq++) await store.write(line(seq));
  return { dir, store };
}

const seqsIn = async (dir: string): Promise<number[]> => {
  const store = openStore(dir);
  const entries = await store.entries(1, { after: 0, upTo: 1e6 }, 1e6);
  await store.close();
  return entries.map(({ seq }) => seq);
};
const upTo = (last: number) => Array.from({ length: last }, (_, nth) => nth + 1);

test('a backup taken while the store is open and written to holds one moment, in one file', async () => {
  const { dir, store } = await filled(50);
  const target = join(folder(), 'deep', 'copy.db');
  const made = backUp(dir, target);
  await store.write(line(51));
  await made;
  await store.write(line(52));
  await store.close();
  expect(readdirSync(join(target, '..'))).toEqual(['copy.db']);
  const other = folder();
  expect(restore(other, target)).toBeUndefined();
  const seqs = await seqsIn(other);
  expect(seqs).toEqual(upTo(seqs.length));
  expect(seqs.length).toBeGreaterThanOrEqual(50);
});

test('a restore goes back, keeps what it replaces, and is refused while a relay runs', async () => {
  const { dir, store } = await filled(3);
  const target = join(folder(), 'copy.db');
  await backUp(dir, target);
  await store.write(line(4));
  expect(() => restore(dir, target)).toThrow(expect.objectContaining({ code: 'store-in-use' }));
  await store.close();
  const kept = restore(dir, target) ?? '';
  expect(await seqsIn(dir)).toEqual([1, 2, 3]);
  const other = folder();
  restore(other, kept);
  expect(await seqsIn(other)).toEqual([1, 2, 3, 4]);
});

test('what is no whole store is not restored, and nothing changes', async () => {
  const { dir, store } = await filled(500);
  await store.close();
  const damaged = join(folder(), 'damaged.db');
  const bytes = readFileSync(storeFile(dir));
  bytes.fill(0xee, 40_000, 120_000);
  writeFileSync(damaged, bytes);
  const text = join(folder(), 'text.db');
  writeFileSync(text, 'not a database at all, but long enough to be looked at');
  const empty = join(folder(), 'empty.db');
  writeFileSync(empty, '');
  for (const file of [damaged, text, empty, join(dir, 'nowhere.db')]) {
    expect(() => restore(dir, file)).toThrow(expect.objectContaining({ code: 'restore' }));
  }
  expect(readdirSync(dir).filter(name => /partial|replaced/.test(name))).toEqual([]);
  expect(await seqsIn(dir)).toEqual(upTo(500));
});

test('a damaged store is replaced all the same, and kept as it was', async () => {
  const { dir, store } = await filled(3);
  const target = join(folder(), 'copy.db');
  await backUp(dir, target);
  await store.close();
  writeFileSync(storeFile(dir), 'damaged '.repeat(1000));
  const kept = restore(dir, target) ?? '';
  expect(readFileSync(kept, 'utf8')).toBe('damaged '.repeat(1000));
  expect(await seqsIn(dir)).toEqual([1, 2, 3]);
});

test('a backup that fails leaves nothing, and an older one of the name stays', async () => {
  const dir = folder();
  const target = join(folder(), 'copy.db');
  writeFileSync(target, 'older');
  await expect(backUp(dir, target)).rejects.toMatchObject({ code: 'backup' });
  mkdirSync(dir, { recursive: true });
  writeFileSync(storeFile(dir), 'damaged '.repeat(1000));
  await expect(backUp(dir, target)).rejects.toMatchObject({ code: 'backup' });
  expect(readFileSync(target, 'utf8')).toBe('older');
  expect(existsSync(`${target}.partial`)).toBe(false);
});

test('the newest backups are kept, and files of others too', async () => {
  const { dir, store } = await filled(1);
  const log = jsonLog('error', text => {
    throw new Error(text);
  });
  const config = { dataDir: dir, backupEveryMs: 0, backupKeep: 2 };
  await backUpNow(config, log);
  writeFileSync(join(backupsDir(dir), 'mine.db'), '');
  const [first] = readdirSync(backupsDir(dir));
  await backUpNow(config, log);
  await backUpNow(config, log);
  const names = readdirSync(backupsDir(dir));
  expect(names).toHaveLength(3);
  expect(names).toContain('mine.db');
  expect(names).not.toContain(first);
  await store.close();
});

test('a schedule makes backups until it is stopped, and says when one failed', async () => {
  const { dir, store } = await filled(1);
  const lines = Promise.withResolvers<string>();
  const log = jsonLog('info', text => lines.resolve(text));
  const schedule = scheduleBackups({ dataDir: dir, backupEveryMs: 5, backupKeep: 2 }, log);
  expect(JSON.parse(await lines.promise)).toMatchObject({ level: 'info', msg: 'backed up' });
  await schedule.stop();
  await store.close();
  const failed = Promise.withResolvers<string>();
  const empty = scheduleBackups(
    { dataDir: folder(), backupEveryMs: 5, backupKeep: 2 },
    jsonLog('info', text => failed.resolve(text)),
  );
  expect(JSON.parse(await failed.promise)).toMatchObject({ level: 'error', msg: 'the backup failed' });
  await empty.stop();
});
