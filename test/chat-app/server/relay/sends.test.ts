import { expect, test } from 'vitest';
import { concat, u32, u64 } from '../../../../chat-app/protocol/bytes.ts';
import type { Guest } from '../support/guest.ts';
import { guest, random } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import type { Running } from '../support/relay.ts';
import { running } from '../support/relay.ts';

type Two = [Guest, Guest];
type Three = [Guest, Guest, Guest];

/** Alice and bob, and alice has started a chain. */
async function talking({ socketUrl }: Running): Promise<Two> {
  const [alice, bob] = (await guests(socketUrl, ['alice', 'bob'])) as Two;
  alice.wire.say(alice.first([bob]));
  await alice.wire.hears('msg');
  await bob.wire.upTo('msg');
  return [alice, bob];
}

test('a message comes back to its sender and to the others, byte for byte, with one seq', async () => {
  const [alice, bob] = await talking(await running());
  const msg = alice.msg();
  alice.wire.say({ type: 'msg', msg });
  for (const { wire } of [alice, bob]) expect(await wire.next()).toEqual({ type: 'msg', seq: 4, msg });
});

test('envelopes go to their member only, directly before the message', async () => {
  const { socketUrl } = await running();
  const [alice, bob, carol] = (await guests(socketUrl, ['alice', 'bob', 'carol'])) as Three;
  const frame = alice.first([bob, carol]);
  alice.wire.say(frame);
  const message = { type: 'msg', seq: 4, msg: frame.msg };
  expect(await alice.wire.next()).toEqual(message);
  for (const [nth, { wire }] of [bob, carol].entries()) {
    const at = 56 + nth * 133 + 8;
    expect(await wire.next()).toEqual({
      type: 'key',
      key: concat(frame.keys.slice(0, 56), frame.keys.slice(at, at + 125)),
    });
    expect(await wire.next()).toEqual(message);
  }
});

test('whoever has no envelope hears the message alone', async () => {
  const { socketUrl } = await running();
  const [alice, bob, carol] = (await guests(socketUrl, ['alice', 'bob', 'carol'])) as Three;
  alice.wire.say(alice.first([bob]));
  expect(await bob.wire.next()).toMatchObject({ type: 'key' });
  expect(await carol.wire.next()).toMatchObject({ type: 'msg', seq: 4 });
});

test('removed: nobody is in the room, or not any more', async () => {
  const { socketUrl } = await running();
  const alice = await guest(socketUrl, 'alice');
  const id = random(16);
  const all = [
    () => alice.wire.say({ type: 'msg', msg: alice.msg(id) }),
    () => alice.wire.say(alice.first([], { id })),
    () => alice.wire.say({ type: 'eph', eph: alice.msg(id) }),
    () => alice.wire.say({ type: 'plain', plain: alice.plain('hi', id) }),
  ];
  for (const say of all) {
    say();
    expect(await alice.wire.next()).toEqual({ type: 'no', code: 'removed', id });
  }
  alice.wire.say({ type: 'leave' });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'removed' });
  await alice.join();
  alice.wire.say({ type: 'leave' });
  await alice.wire.hears('leave');
  all[0]?.();
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'removed', id });
});

test("stale-roster: no chain, another chain, another member's chain, an old `at`, a foreign sid in the keys", async () => {
  const [alice, bob] = await talking(await running());
  const id = random(16);
  const no = { type: 'no', code: 'stale-roster', id, seq: 2 };
  bob.wire.say({ type: 'msg', msg: bob.msg(id) });
  expect(await bob.wire.next()).toEqual(no);
  bob.wire.say({ type: 'msg', msg: alice.msg(id) });
  expect(await bob.wire.next()).toEqual(no);
  bob.wire.say({ type: 'eph', eph: bob.msg(id) });
  expect(await bob.wire.next()).toEqual(no);
  for (const at of [0, 1, 3, 4]) {
    bob.wire.say(bob.first([alice], { at, id }));
    expect(await bob.wire.next()).toEqual(no);
  }
  bob.wire.say(alice.first([bob], { id }));
  expect(await bob.wire.next()).toEqual(no);
  expect(await alice.wire.rest()).toEqual([]);
});

test('a join and a leave end every chain', async () => {
  const { socketUrl } = await running();
  const [alice, bob] = (await guests(socketUrl, ['alice', 'bob'])) as Two;
  const start = async () => {
    alice.wire.say(alice.first([bob]));
    await alice.wire.upTo('msg');
  };
  await start();
  const carol = await guest(socketUrl, 'carol');
  await carol.join();
  alice.memberSeq = (await alice.wire.hears('join')).seq;
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await alice.wire.next()).toMatchObject({ code: 'stale-roster', seq: 4 });
  await start();
  carol.wire.say({ type: 'leave' });
  alice.memberSeq = (await alice.wire.hears('leave')).seq;
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await alice.wire.next()).toMatchObject({ code: 'stale-roster', seq: 6 });
});

test('keys for somebody who has just left are stale, not bad', async () => {
  const { socketUrl } = await running();
  const [alice, bob] = (await guests(socketUrl, ['alice', 'bob'])) as Two;
  bob.wire.say({ type: 'leave' });
  await bob.wire.hears('leave');
  alice.wire.say(alice.first([bob]));
  expect((await alice.wire.upTo('no')).at(-1)).toMatchObject({ code: 'stale-roster', seq: 3 });
});

test('duplicate: the same id of the same identity, whatever the chain, with the first seq; its keys count for nothing', async () => {
  const { socketUrl } = await running();
  const [alice, bob] = (await guests(socketUrl, ['alice', 'bob'])) as Two;
  const id = random(16);
  alice.wire.say(alice.first([bob], { id }));
  await alice.wire.hears('msg');
  alice.wire.say({ type: 'msg', msg: alice.msg(id) });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'duplicate', id, seq: 3 });
  const first = alice.chain;
  alice.wire.say(alice.first([bob], { id }));
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'duplicate', id, seq: 3 });
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await alice.wire.next()).toMatchObject({ code: 'stale-roster' });
  alice.chain = first;
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await alice.wire.next()).toMatchObject({ type: 'msg', seq: 4 });
  await bob.wire.upTo('msg');
});

test('two sends of one id in one turn: one line, and the other is a duplicate of it', async () => {
  const [alice, bob] = await talking(await running());
  const id = random(16);
  const msg = alice.msg(id);
  alice.wire.socket.pause();
  for (let nth = 0; nth < 3; nth++) alice.wire.say({ type: 'msg', msg });
  alice.wire.socket.resume();
  expect(await alice.wire.rest()).toEqual([
    { type: 'msg', seq: 4, msg },
    { type: 'no', code: 'duplicate', id, seq: 4 },
    { type: 'no', code: 'duplicate', id, seq: 4 },
  ]);
  expect(await bob.wire.rest()).toHaveLength(1);
});

test('one id of two people: both lines', async () => {
  const [alice, bob] = await talking(await running());
  const id = random(16);
  alice.wire.say({ type: 'msg', msg: alice.msg(id) });
  await bob.wire.hears('msg');
  bob.wire.say(bob.first([alice], { id }));
  expect(await bob.wire.next()).toMatchObject({ type: 'msg', seq: 5 });
});

test('duplicate comes before slow-down, and stale-roster after it', async () => {
  const [alice] = await talking(await running());
  const id = random(16);
  alice.wire.say({ type: 'msg', msg: alice.msg(id) });
  for (let nth = 0; nth < 60; nth++) alice.wire.say({ type: 'msg', msg: alice.msg() });
  const heard = await alice.wire.rest();
  const slow = heard.filter(frame => frame.type === 'no');
  // 40 at once, of which two were said before.
  expect(slow).toHaveLength(22);
  expect(slow[0]).toMatchObject({ code: 'slow-down', retryMs: 50 });
  alice.wire.say({ type: 'msg', msg: alice.msg(id) });
  expect(await alice.wire.next()).toMatchObject({ code: 'duplicate' });
  for (let nth = 0; nth < 60; nth++) alice.wire.say({ type: 'eph', eph: alice.msg() });
  const stale = concat(alice.sid, random(16), u32(0), random(16 + 12 + 80 + 64));
  alice.wire.say({ type: 'msg', msg: stale });
  expect((await alice.wire.rest()).at(-1)).toMatchObject({ code: 'slow-down' });
});

test('plain: alone only, heard back as it was said; not-alone before too-big', async () => {
  const { socketUrl } = await running();
  const [alice] = (await guests(socketUrl, ['alice'])) as [Guest];
  const plain = alice.plain('only me');
  alice.wire.say({ type: 'plain', plain });
  expect(await alice.wire.next()).toEqual({ type: 'plain', plain, seq: 2 });
  const id = random(16);
  alice.wire.say({ type: 'plain', plain: alice.plain('x'.repeat(4063), id) });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'too-big', id, limit: 4062 });
  alice.wire.say({ type: 'plain', plain: alice.plain('x'.repeat(4062)) });
  await alice.wire.hears('plain');
  alice.wire.say({ type: 'plain', plain: alice.plain('again', plain.slice(8, 24)) });
  expect(await alice.wire.next()).toMatchObject({ code: 'duplicate', seq: 2 });
  await (await guest(socketUrl, 'bob')).join();
  await alice.wire.hears('join');
  for (const text of ['hi', 'x'.repeat(4063)]) {
    alice.wire.say({ type: 'plain', plain: alice.plain(text, id) });
    expect(await alice.wire.next()).toEqual({ type: 'no', code: 'not-alone', id });
  }
});

test('ephemeral events go to the others, behind the message before them, and are not kept', async () => {
  const [alice, bob] = await talking(await running());
  const [eph, msg] = [alice.msg(), alice.msg()];
  alice.wire.say({ type: 'msg', msg });
  alice.wire.say({ type: 'eph', eph });
  expect(await bob.wire.next()).toEqual({ type: 'msg', seq: 4, msg });
  expect(await bob.wire.next()).toEqual({ type: 'eph', eph });
  expect(await alice.wire.rest()).toEqual([{ type: 'msg', seq: 4, msg }]);
  const events = await bob.resume(0);
  expect(events.filter(({ type }) => type === 'eph')).toEqual([]);
});

const bad: [string, (alice: Guest, bob: Guest) => string | Uint8Array][] = [
  ['an unknown kind', () => Uint8Array.of(9, 1, 2)],
  ['an empty frame', () => new Uint8Array()],
  ['an unknown word', () => '["shout"]'],
  ['no JSON', () => '["join"'],
  ['an extra field', () => '["leave",1]'],
  ['text that is not UTF-8', () => Buffer.from([0x5b, 0xff, 0x5d])],
  ['a message of no padded length', alice => concat(Uint8Array.of(1), alice.msg(), Uint8Array.of(0))],
  ['an event of no padded length', alice => concat(Uint8Array.of(3), alice.msg().slice(1))],
  ['keys of a wrong length', (alice, bob) => first(alice, bob, { cut: 1 })],
  [
    '`msg` and `keys` of two chains',
    (alice, bob) => first(alice, bob, { msg: concat(alice.sid, random(16), alice.msg().slice(24)) }),
  ],
  ['an envelope for oneself', alice => first(alice, alice)],
  ['an envelope for somebody who is not listed', alice => first(alice, { sid: random(8) })],
  ['two envelopes for one member', (alice, bob) => first(alice, bob, { twice: true })],
  [
    'a foreign sid in `plain`',
    (alice, bob) =>
      JSON.stringify(['plain', Buffer.from(concat(bob.sid, alice.plain('x').slice(8))).toString('base64url')]),
  ],
  [
    'plain text that is not UTF-8',
    alice =>
      JSON.stringify([
        'plain',
        Buffer.from(alice.plain('x').map((byte, at) => (at === 32 ? 0xff : byte))).toString('base64url'),
      ]),
  ],
  ['base64 with padding', () => '["plain","AAAA="]'],
];

interface Changed {
  cut?: number;
  msg?: Uint8Array;
  twice?: boolean;
}

function first(alice: Guest, to: { sid: Uint8Array<ArrayBuffer> }, { cut = 0, msg, twice }: Changed = {}): Uint8Array {
  const frame = alice.first(twice ? [to, to] : [to]);
  const keys = frame.keys.slice(0, frame.keys.length - cut);
  return concat(Uint8Array.of(2), u64(frame.at), u32(keys.length), keys, msg ?? frame.msg);
}

test.each(bad)('bad-frame: %s', async (what, frame) => {
  const [alice, bob] = await talking(await running());
  const chain = alice.chain;
  const data = frame(alice, bob);
  alice.wire.socket.send(data, { binary: typeof data !== 'string' && !what.startsWith('text') });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'bad-frame' });
  alice.chain = chain;
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await alice.wire.next()).toMatchObject({ type: 'msg', seq: 4 });
  expect(await bob.wire.rest()).toHaveLength(1);
});

test('after 100 bad frames the connection closes with 1008, above 64 KiB with 1009; the relay goes on', async () => {
  const relay = await running();
  const [alice, bob] = await talking(relay);
  for (let nth = 0; nth < 100; nth++) alice.wire.sayRaw('?');
  for (let nth = 0; nth < 100; nth++) await alice.wire.hears('no');
  alice.wire.sayRaw('?');
  expect(await alice.wire.closed).toBe(1008);
  bob.wire.sayRaw(new Uint8Array(65_537));
  expect(await bob.wire.closed).toBe(1009);
  await (await guest(relay.socketUrl, 'carol')).join();
});
