import { expect, test } from 'vitest';
import type { Entry } from '../../../../chat-app/protocol/log.ts';
import { entryBytes, nextHead as protocolHead } from '../../../../chat-app/protocol/log.ts';
import { ZEROS } from '../../../../chat-app/protocol/primitives.ts';
import { FOLLOW_A_SWEEP } from '../../../../chat-app/server/relay/follow.ts';
import { follow, nextHead } from '../../../../chat-app/server/relay/heads.ts';
import { memoryStore } from '../../../../chat-app/server/store/memory.ts';
import { openStore } from '../../../../chat-app/server/store/open.ts';
import type { Batch, Checkpoint, Store } from '../../../../chat-app/server/store/store.ts';
import { emptyBatch } from '../../../../chat-app/server/store/store.ts';
import { folder } from '../support/folder.ts';
import { guest, random } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import { heardDuring } from '../support/heard.ts';
import { running } from '../support/relay.ts';

const START = { seq: 0, head: Buffer.alloc(32), messages: 0 };
const ENTRIES: Entry[] = [
  { type: 'join', bundle: random(290) },
  { type: 'plain', plain: random(100) },
  { type: 'msg', msg: random(200) },
  { type: 'msg', msg: random(4232) },
  { type: 'leave', bundleId: random(32), reason: 3 },
];
const rows = ENTRIES.map((entry, at) => ({ seq: at + 1, body: Buffer.from(entryBytes(entry)) }));

async function expected(count: number): Promise<Uint8Array> {
  let head = ZEROS;
  for (const [at, entry] of ENTRIES.slice(0, count).entries()) head = await protocolHead(head, at + 1, entry);
  return head;
}

test('hashes as every member does, and counts messages', async () => {
  const last = rows.reduce(nextHead, START);
  expect(last).toEqual({ seq: 5, head: Buffer.from(await expected(5)), messages: 2 });
});

test('follows a log from wherever it was left, and notices a gap', async () => {
  const store = memoryStore();
  const entries = rows.map(row => ({ ...row, room: 1, at: 0, sender: null, keys: null }));
  await store.write({ ...emptyBatch(), entries });
  const three = await follow(store, { room: 1, from: START, upTo: 3 });
  expect(three.head).toEqual(Buffer.from(await expected(3)));
  expect(await follow(store, { room: 1, from: three, upTo: 5 })).toEqual(rows.reduce(nextHead, START));
  await expect(follow(store, { room: 1, from: { ...START, seq: 6 }, upTo: 8 })).rejects.toThrow('missing');
});

test('a joiner gets the head as of its own join, also after a long talk and after many joins at once', async () => {
  const relay = await running();
  const [alice] = await guests(relay.socketUrl, ['alice']);
  let head = await protocolHead(ZEROS, 1, { type: 'join', bundle: (await alice?.joinFrame())?.bundle ?? random(1) });
  for (let seq = 2; seq < 1502; seq++) {
    if (seq % 40 === 0) await relay.clock.pass(2000);
    const plain = alice?.plain(`line ${seq}`) ?? random(1);
    alice?.wire.say({ type: 'plain', plain });
    await alice?.wire.hears('plain');
    head = await protocolHead(head, seq, { type: 'plain', plain });
  }
  const late = await Promise.all(
    ['b', 'c', 'd', 'e'].map(name => guest(relay.socketUrl, name, { now: relay.clock.now() })),
  );
  const rooms = await Promise.all(late.map(one => one.join().then(room => ({ room, one }))));
  for (const { room, one } of rooms.toSorted((a, b) => a.room.seq - b.room.seq)) {
    head = await protocolHead(head, room.seq, { type: 'join', bundle: (await one.joinFrame()).bundle });
    expect(room.head).toEqual(head);
    expect(room.earlier).toBe(0);
  }
});

const talk = (room: number, from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => {
    const body = Buffer.concat([Buffer.of(3), random(200)]);
    return { room, seq: from + nth, at: Date.now(), sender: 1, body, keys: null };
  });

test('a long log is hashed a page at a time, and others are heard in between', async () => {
  const store = memoryStore();
  await store.write({ ...emptyBatch(), entries: talk(1, 1, 1000) });
  const { heard } = await heardDuring(() => follow(store, { room: 1, from: START, upTo: 1000 }));
  expect(heard).toBeGreaterThanOrEqual(9);
});

/** Two rooms with somebody in each, who have said so much in the rooms that the relay is behind with their heads. */
async function afterLongTalks(lines: readonly [number, number]): Promise<{ dataDir: string; heads: Checkpoint[] }> {
  const dataDir = folder();
  const before = await running({ dataDir });
  for (const room of ['one', 'two']) await guests(before.socketUrl, ['alice'], { room });
  await before.stop();
  const store = openStore(dataDir);
  const heads: Checkpoint[] = [];
  for (const [nth, count] of lines.entries()) {
    const entries = talk(nth + 1, 2, count);
    await store.write({ ...emptyBatch(), entries });
    heads.push(entries.reduce(nextHead, (await store.checkpoint(nth + 1)) ?? START));
  }
  await store.close();
  return { dataDir, heads };
}

test('a second hashes only so much, of the logs that are furthest behind; a join does not wait for its turn', async () => {
  const lines = [2000, FOLLOW_A_SWEEP + 1500] as const;
  const { dataDir, heads } = await afterLongTalks(lines);
  const batches: Batch[] = [];
  const store = (real: Store): Store => ({
    ...real,
    write: batch => {
      batches.push(batch);
      return real.write(batch);
    },
  });
  const relay = await running({ dataDir, store });
  const bob = await guest(relay.socketUrl, 'bob', { room: 'one' });
  await relay.clock.pass(1000);
  const room = await bob.join();
  const after = nextHead(heads[0] ?? START, {
    seq: lines[0] + 2,
    body: Buffer.from(entryBytes({ type: 'join', bundle: (await bob.joinFrame()).bundle })),
  });
  expect(room.head).toEqual(new Uint8Array(after.head));
  expect(room.earlier).toBe(lines[0]);
  // What other people wait for, the commit of the join, has nothing left to hash but the join.
  const [own] = batches.filter(({ checkpoints }) => checkpoints.some(each => each.room === 1));
  expect(own).toMatchObject({ joins: [], checkpoints: [{ seq: lines[0] + 1 }] });
  await relay.stop();
  const kept = openStore(dataDir);
  expect(await kept.checkpoint(1)).toEqual(after);
  expect((await kept.checkpoint(2))?.seq).toBe(1 + FOLLOW_A_SWEEP);
  await kept.close();
});
