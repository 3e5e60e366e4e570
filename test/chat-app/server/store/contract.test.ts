/** What every store must keep to. Another store is one more line in `STORES`. */
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../../chat-app/server/store/memory.ts';
import { openStore } from '../../../../chat-app/server/store/open.ts';
import type { Batch, EntryRecord, SessionRecord, Store } from '../../../../chat-app/server/store/store.ts';
import { emptyBatch } from '../../../../chat-app/server/store/store.ts';
import { folder } from '../support/folder.ts';
import { random } from '../support/guest.ts';

const STORES: [string, () => Store][] = [
  ['SQLite', () => openStore(folder())],
  ['memory', () => memoryStore()],
];

const bytes = (length: number) => Buffer.from(random(length));
const HASH = bytes(32);
const IK = bytes(65);

const batch = (change: Partial<Batch>): Batch => ({ ...emptyBatch(), ...change });
const entry = (seq: number, change: Partial<EntryRecord> = {}): EntryRecord => ({
  room: 1,
  seq,
  at: 1000 * seq,
  sender: 7,
  body: Buffer.concat([Buffer.of(3), bytes(200)]),
  keys: null,
  ...change,
});
const session = (joinSeq: number, change: Partial<SessionRecord> = {}): SessionRecord => ({
  room: 1,
  identity: 7,
  bundleId: bytes(32),
  bundle: bytes(290),
  expires: 5000,
  joinSeq,
  leftSeq: null,
  ...change,
});
const ROOM = batch({
  rooms: [{ id: 1, hash: HASH, door: bytes(32) }],
  identities: [{ id: 7, room: 1, ik: IK, created: 10 }],
});

describe.each(STORES)('%s', (_, open) => {
  test('knows nothing at first', async () => {
    const store = open();
    expect(await store.lastIds()).toEqual({ room: 0, identity: 0 });
    expect(await store.lookup(HASH, IK)).toEqual({ room: undefined, identity: undefined });
    expect(await store.kept()).toEqual({ rooms: 0, identities: 0 });
    expect(await store.listedRooms()).toEqual([]);
    expect(await store.session(bytes(32))).toBeUndefined();
    expect(await store.oldest(1)).toBeUndefined();
    expect(await store.checkpoint(1)).toBeUndefined();
    await store.close();
  });

  test('keeps rooms, identities and the highest numbers', async () => {
    const store = open();
    await store.write(ROOM);
    await store.write(batch({ identities: [{ id: 7, room: 1, ik: IK, created: 20 }] }));
    const { room, identity } = await store.lookup(HASH, IK);
    expect(room).toMatchObject({ id: 1, hash: HASH, door: ROOM.rooms[0]?.door, seq: 0, memberSeq: 0, members: [] });
    expect(room?.checkpoint).toEqual({ seq: 0, head: Buffer.alloc(32), messages: 0 });
    expect(identity).toEqual({ id: 7, room: 1, ik: IK, created: 20 });
    expect((await store.lookup(HASH, bytes(65))).identity).toBeUndefined();
    expect(await store.lastIds()).toEqual({ room: 1, identity: 7 });
    expect(await store.kept()).toEqual({ rooms: 1, identities: 1 });
    await store.close();
  });

  test('lists members in the order of joins, and remembers who has left until it is told to forget', async () => {
    const store = open();
    const [alice, bob] = [session(1), session(2, { identity: 8 })];
    await store.write(ROOM);
    await store.write(batch({ joins: [alice, bob], entries: [entry(1), entry(2)] }));
    expect((await store.listedRooms()).map(({ members, memberSeq, seq }) => ({ members, memberSeq, seq }))).toEqual([
      { members: [alice, bob], memberSeq: 2, seq: 2 },
    ]);
    await store.write(batch({ leaves: [{ room: 1, bundleId: alice.bundleId, leftSeq: 3 }], entries: [entry(3)] }));
    expect((await store.lookup(HASH, IK)).room).toMatchObject({ members: [bob], memberSeq: 3, seq: 3 });
    expect(await store.session(alice.bundleId)).toEqual({ ...alice, leftSeq: 3 });
    expect(await store.session(bob.bundleId)).toEqual(bob);
    await store.write(batch({ pruneBefore: 5000 }));
    expect(await store.session(alice.bundleId)).toBeDefined();
    await store.write(batch({ pruneBefore: 5001 }));
    expect(await store.session(alice.bundleId)).toBeUndefined();
    expect(await store.session(bob.bundleId)).toEqual(bob);
    expect((await store.lookup(HASH, IK)).room?.memberSeq).toBe(3);
    await store.close();
  });

  test('gives entries of one room back in order, as they were, within bounds', async () => {
    const store = open();
    const entries = [1, 2, 3, 4].map(seq => entry(seq, seq === 2 ? { keys: bytes(189), sender: null } : {}));
    await store.write(ROOM);
    await store.write(batch({ entries: [...entries, entry(1, { room: 2 })] }));
    expect(await store.entries(1, { after: 0, upTo: 9 }, 10)).toEqual(entries);
    expect(await store.entries(1, { after: 1, upTo: 3 }, 10)).toEqual(entries.slice(1, 3));
    expect(await store.entries(1, { after: 1, upTo: 9 }, 1)).toEqual(entries.slice(1, 2));
    expect(await store.oldest(1)).toBe(1);
    await store.close();
  });

  test('tells what members have sent since, with as much of the line as its id needs', async () => {
    const store = open();
    const entries = [entry(1), entry(2, { sender: null }), entry(3), entry(4)];
    await store.write(ROOM);
    await store.write(batch({ entries }));
    const told = (...which: (typeof entries)[number][]) =>
      which.map(({ seq, at, body }) => ({ sender: 7, seq, at, start: body.subarray(0, 45) }));
    const [first, , third, fourth] = entries as [EntryRecord, EntryRecord, EntryRecord, EntryRecord];
    expect(await store.sent(1, { since: 3000, before: 99 }, 9)).toEqual(told(third, fourth));
    expect(await store.sent(1, { since: 0, before: 99 }, 2)).toEqual(told(third, fourth));
    expect(await store.sent(1, { since: 0, before: 4 }, 9)).toEqual(told(first, third));
    expect(await store.sent(1, { since: 0, before: 3 }, 9)).toEqual(told(first));
    await store.close();
  });

  test('a checkpoint never moves back, and nothing above it is trimmed', async () => {
    const store = open();
    const checkpoint = { seq: 3, head: bytes(32), messages: 2 };
    await store.write(ROOM);
    await store.write(
      batch({ entries: [1, 2, 3, 4, 5].map(seq => entry(seq)), checkpoints: [{ room: 1, ...checkpoint }] }),
    );
    await store.write(batch({ checkpoints: [{ room: 1, seq: 2, head: bytes(32), messages: 1 }] }));
    expect(await store.checkpoint(1)).toEqual(checkpoint);
    expect(await store.expired(3001, 10)).toEqual([{ room: 1, upTo: 3 }]);
    expect(await store.expired(3001, 2)).toEqual([{ room: 1, upTo: 2 }]);
    await store.write(batch({ trims: [{ room: 1, upTo: 5 }] }));
    expect(await store.oldest(1)).toBe(4);
    const last = { seq: 5, head: bytes(32), messages: 3 };
    await store.write(batch({ checkpoints: [{ room: 1, ...last }], trims: [{ room: 1, upTo: 5 }] }));
    expect(await store.oldest(1)).toBeUndefined();
    expect((await store.lookup(HASH, IK)).room).toMatchObject({ seq: 5, checkpoint: last });
    await store.close();
  });

  test('its size grows with what is kept, and shrinks with what is forgotten', async () => {
    const store = open();
    await store.write(ROOM);
    const before = await store.size();
    const entries = Array.from({ length: 300 }, (_, nth) => entry(nth + 1, { body: bytes(400) }));
    await store.write(batch({ entries }));
    const full = await store.size();
    expect(full).toBeGreaterThanOrEqual(before + 300 * 400);
    const checkpoint = { room: 1, seq: 300, head: bytes(32), messages: 300 };
    await store.write(batch({ checkpoints: [checkpoint], trims: [{ room: 1, upTo: 300 }] }));
    expect(await store.size()).toBeLessThan(full - 200 * 400);
    await store.close();
  });

  test('writes all of a batch or nothing', async () => {
    const store = open();
    await store.write(ROOM);
    await store.write(batch({ entries: [entry(1)] }));
    const twice = batch({ joins: [session(3)], entries: [entry(2), entry(1)] });
    await expect(store.write(twice)).rejects.toThrow();
    expect(await store.entries(1, { after: 0, upTo: 9 }, 9)).toHaveLength(1);
    expect((await store.lookup(HASH, IK)).room).toMatchObject({ members: [], memberSeq: 0, seq: 1 });
    await store.write(batch({ entries: [entry(2)] }));
    await store.check();
    expect(await store.entries(1, { after: 0, upTo: 9 }, 9)).toHaveLength(2);
    await store.close();
  });
});
