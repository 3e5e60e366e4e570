/** Disks that are full, read-only, broken, slow, or hold a damaged file: senders are told, and all is well again after. */
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openStore, storeFile } from '../../chat-app/server/store/open.ts';
import { MOST_UNPLACED } from '../../chat-app/server/store/places.ts';
import { emptyBatch } from '../../chat-app/server/store/store.ts';
import type { Mood } from '../chat-app/server/support/bad-disk.ts';
import { badDisk, canBreakDisks } from '../chat-app/server/support/bad-disk.ts';
import { folder } from '../chat-app/server/support/folder.ts';
import { again, guest } from '../chat-app/server/support/guest.ts';
import { relayCommand, relayProcess } from '../chat-app/server/support/process.ts';
import type { Talker } from '../chat-app/server/support/witness.ts';
import { comeBack, enter, speak, verify } from '../chat-app/server/support/witness.ts';

const status = async (port: unknown, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

/** Waits until it says so: good answers are shared for a second. */
async function untilReady(port: unknown, wanted: number): Promise<void> {
  while ((await status(port, '/readyz')) !== wanted) await new Promise(setImmediate);
}

/** The next line of its own chain, and how it was answered. */
async function say(talker: Talker): Promise<string> {
  speak(talker, 1);
  const before = talker.room.acknowledged.size;
  while (talker.room.acknowledged.size === before) {
    const frame = await talker.guest.wire.next();
    if (frame.type === 'no') return frame.code;
    talker.hear(frame);
  }
  return 'acknowledged';
}

test.runIf(canBreakDisks).each<Mood>(['full', 'readonly', 'broken'])(
  'a disk that is %s: unavailable and not ready; well again without a restart',
  async mood => {
    const dataDir = folder();
    const disk = badDisk(dataDir);
    const relay = relayProcess({ DATA_DIR: dataDir, PORT: '0', ...disk.env });
    const { port } = await relay.logged('listening');
    const url = `ws://127.0.0.1:${port}/ws`;
    const room = await enter(url, 'lobby');
    const [alice] = room.talkers as [Talker];
    expect(await say(alice)).toBe('acknowledged');
    disk.becomes(mood);
    expect(await say(alice)).toBe('unavailable');
    const stranger = await guest(url, 'dave');
    stranger.wire.say(await stranger.joinFrame());
    expect(await stranger.wire.next()).toMatchObject({ type: 'no', code: 'unavailable' });
    await untilReady(port, 503);
    expect(await status(port, '/healthz')).toBe(200);
    const backup = relayCommand({ DATA_DIR: dataDir, ...disk.env }, ['backup', `${dataDir}/copy.db`]);
    expect(await backup.exited).toBe(1);
    expect(backup.lines[0]).toMatchObject({ code: 'backup' });
    disk.becomes('well');
    await untilReady(port, 200);
    expect(await say(alice)).toBe('acknowledged');
    for (const talker of room.talkers) await comeBack(talker, url);
    await verify(room, url);
    expect(await relay.stop('SIGTERM')).toBe(0);
  },
);

test.runIf(canBreakDisks)('a slow disk: everything waits for it and arrives, in few commits', async () => {
  const dataDir = folder();
  const disk = badDisk(dataDir);
  const relay = relayProcess({ DATA_DIR: dataDir, PORT: '0', ...disk.env });
  const { port } = await relay.logged('listening');
  const room = await enter(`ws://127.0.0.1:${port}/ws`, 'lobby');
  const commits = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(text.match(/^bytechat_commits_total (\d+)$/m)?.[1]);
  };
  disk.becomes('slow');
  const before = await commits();
  for (const talker of room.talkers) speak(talker, 30);
  for (const talker of room.talkers) {
    while (talker.pending.size > 0) talker.hear(await talker.guest.wire.next());
  }
  expect((await commits()) - before).toBeLessThan(20);
  expect(await status(port, '/readyz')).toBe(200);
  disk.becomes('well');
  await verify(room, `ws://127.0.0.1:${port}/ws`);
});

test('a store that is damaged while the relay runs: unavailable, not ready, nothing more is written', async () => {
  const dataDir = folder();
  const before = relayProcess({ DATA_DIR: dataDir, PORT: '0' });
  const { port: first } = await before.logged('listening');
  const room = await enter(`ws://127.0.0.1:${first}/ws`, 'lobby');
  const [alice] = room.talkers as [Talker];
  for (let line = 0; line < 30; line++) expect(await say(alice)).toBe('acknowledged');
  await before.stop('SIGTERM');
  await talkOn(dataDir);
  const relay = relayProcess({ DATA_DIR: dataDir, PORT: '0' });
  const { port } = await relay.logged('listening');
  damage(storeFile(dataDir));
  const back = await again(`ws://127.0.0.1:${port}/ws`, alice.guest);
  back.wire.say(await back.resumeFrame(1));
  expect((await back.wire.upTo('no')).at(-1)).toMatchObject({ code: 'unavailable' });
  await untilReady(port, 503);
  const { reason } = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { reason: string };
  expect(reason).toContain('restore a backup');
  expect(await status(port, '/healthz')).toBe(200);
});

/** Lines of its only room, more than a relay reads at its start: what it has read it need not ask the file for again. */
async function talkOn(dataDir: string): Promise<void> {
  const store = openStore(dataDir);
  const [room] = await store.listedRooms();
  const body = Buffer.concat([Buffer.of(3), Buffer.alloc(200)]);
  const entries = Array.from({ length: MOST_UNPLACED }, (_, nth) => ({
    room: room?.id ?? 1,
    seq: (room?.seq ?? 0) + 1 + nth,
    at: Date.now(),
    sender: 1,
    body,
    keys: null,
  }));
  await store.write({ ...emptyBatch(), entries });
  await store.close();
}

/** Everything but the first page, which is the schema. */
function damage(file: string): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(statSync(file).size - 4096, 0xee), 0, undefined, 4096);
  closeSync(fd);
}

test('a store that is damaged at the start: a line that says so, and exit code 1', async () => {
  const dataDir = folder();
  writeFileSync(storeFile(dataDir), 'damaged '.repeat(1000));
  const relay = relayProcess({ DATA_DIR: dataDir, PORT: '0' });
  expect(await relay.exited).toBe(1);
  expect(relay.lines[0]).toMatchObject({ code: 'store-unreadable' });
});
