import { expect, test } from 'vitest';
import { newIdentity } from '../../../../chat-app/client/crypto/session.ts';
import { encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import type { Code } from '../../../../chat-app/protocol/failure.ts';
import type { Guest, GuestOptions } from '../support/guest.ts';
import { guest, random } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import { running } from '../support/relay.ts';

const DAY = 24 * 3600_000;
const MINUTE = 60_000;
const SECRET = random(32);

/** What a join that is changed in one place is answered with. */
async function answerTo(url: string, name: string, options: GuestOptions & { change?: (bundle: Bytes) => Bytes } = {}) {
  const one = await guest(url, name, options);
  const frame = await one.joinFrame();
  one.wire.say({ ...frame, bundle: options.change?.(frame.bundle) ?? frame.bundle });
  return one.wire.next();
}

const flip = (at: number) => (bundle: Bytes) => bundle.map((byte, index) => (index === at ? byte ^ 1 : byte));

test('greets with a challenge, its time and its limits', async () => {
  const { socketUrl, clock } = await running({ roomMembers: 7, awayMs: 123_000 });
  const before = clock.now();
  const { wire } = await guest(socketUrl, 'alice');
  const { hello } = await guest(socketUrl, 'bob').then(one => one.wire);
  expect(wire.hello).toMatchObject({ suites: [1], limits: { members: 7, text: 4062, frame: 65_536, awayMs: 123_000 } });
  expect(wire.hello.time).toBeGreaterThanOrEqual(before);
  expect(wire.hello.challenge).not.toEqual(hello.challenge);
});

test('answers with the room right after the join, in the order of joins', async () => {
  const { socketUrl } = await running();
  const [alice, bob] = await guests(socketUrl, ['alice', 'bob']);
  const carol = await guest(socketUrl, 'carol');
  carol.wire.say(await carol.joinFrame());
  const [room, synced] = await carol.wire.upTo('synced');
  expect(room).toMatchObject({ type: 'room', seq: 3, earlier: 0 });
  expect(room).toMatchObject({ members: [alice, bob, carol].map(one => one && encodeBundle(one.session.bundle)) });
  expect(synced).toEqual({ type: 'synced', seq: 3 });
  expect(await bob?.wire.hears('join')).toEqual({ type: 'join', bundle: encodeBundle(carol.session.bundle), seq: 3 });
});

test.each<[Code, GuestOptions & { change?: (bundle: Bytes) => Bytes }]>([
  ['bundle-format', { change: bundle => bundle.slice(0, -1) }],
  ['bundle-format', { change: bundle => new Uint8Array([...bundle, 0]) }],
  ['bundle-version', { claims: { version: 2 } }],
  ['bundle-name', { claims: { name: 'Eve' } }],
  ['bundle-expired', { claims: { created: Date.now() - 2 * DAY, expires: Date.now() - DAY } }],
  ['bundle-expired', { claims: { expires: Date.now() + 8 * DAY } }],
  ['bundle-expired', { now: Date.now() + 11 * MINUTE }],
  ['bundle-key', { claims: { spk: new Uint8Array(65).fill(4) } }],
  ['bundle-key', { change: flip(40) }],
  ['bundle-sig', { change: flip(200) }],
  ['bundle-sig', { change: flip(280) }],
  ['clock', { now: Date.now() - 6 * MINUTE }],
  ['clock', { now: Date.now() + 6 * MINUTE }],
  ['bundle-expired', { claims: { expires: Date.now() + DAY - MINUTE } }],
])('refuses a bundle: %s (%#)', async (code, options) => {
  const { socketUrl } = await running();
  expect(await answerTo(socketUrl, 'eve', options)).toEqual({ type: 'no', code });
});

test("proof: another connection's, and another member's bundle", async () => {
  const { socketUrl } = await running();
  const [alice, eve] = [await guest(socketUrl, 'alice'), await guest(socketUrl, 'eve')];
  eve.wire.say(await alice.joinFrame());
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'proof' });
  await alice.join();
  eve.wire.say({ ...(await eve.joinFrame()), bundle: encodeBundle(alice.session.bundle) });
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'proof' });
});

test('door: the first join sets it, later ones must match', async () => {
  const { socketUrl } = await running();
  await guests(socketUrl, ['alice'], { secret: SECRET });
  for (const secret of [undefined, random(32)]) {
    expect(await answerTo(socketUrl, 'eve', { secret })).toEqual({ type: 'no', code: 'door' });
  }
  expect(await answerTo(socketUrl, 'bob', { secret: SECRET })).toMatchObject({ type: 'room' });
});

test('a room first joined without a door is open to all, with a door or without', async () => {
  const { socketUrl } = await running();
  await guests(socketUrl, ['alice']);
  expect(await answerTo(socketUrl, 'bob', { secret: SECRET })).toMatchObject({ type: 'room' });
  expect(await answerTo(socketUrl, 'carol')).toMatchObject({ type: 'room' });
});

test('bundle-rollback: a bundle that is not newer than the last of its identity, also after it has left', async () => {
  const { socketUrl } = await running();
  const identity = await newIdentity();
  const now = Date.now();
  const alice = await guest(socketUrl, 'alice', { identity, now });
  await alice.join();
  expect(await answerTo(socketUrl, 'alice', { identity, now })).toEqual({ type: 'no', code: 'bundle-rollback' });
  alice.wire.say({ type: 'leave' });
  await alice.wire.hears('leave');
  alice.wire.say(await alice.joinFrame());
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'bundle-rollback' });
  expect(await answerTo(socketUrl, 'alice', { identity, now: now + 1 })).toMatchObject({ type: 'room' });
});

test('duplicate-member and name-taken, in this order', async () => {
  const { socketUrl } = await running();
  const [alice] = await guests(socketUrl, ['alice']);
  const claims = { sid: alice?.sid ?? random(8) };
  expect(await answerTo(socketUrl, 'alice', { claims })).toEqual({ type: 'no', code: 'duplicate-member' });
  expect(await answerTo(socketUrl, 'alice')).toEqual({ type: 'no', code: 'name-taken' });
});

test('full: says the limit; who has been away for over an hour gives way, the longest first', async () => {
  const { socketUrl, clock } = await running({ roomMembers: 3 });
  const [alice, bob, carol] = (await guests(socketUrl, ['alice', 'bob', 'carol'])) as [Guest, Guest, Guest];
  expect(await answerTo(socketUrl, 'dave')).toEqual({ type: 'no', code: 'full', limit: 3 });
  await carol.wire.close();
  await alice.wire.hears('here');
  await clock.pass(10 * MINUTE);
  await bob.wire.close();
  await alice.wire.hears('here');
  await clock.pass(49 * MINUTE);
  expect(await answerTo(socketUrl, 'dave', { now: clock.now() })).toMatchObject({ code: 'full' });
  await clock.pass(2 * MINUTE);
  expect(await answerTo(socketUrl, 'dave', { now: clock.now() })).toMatchObject({ type: 'room', seq: 5 });
  expect(await alice.wire.hears('leave')).toEqual({ type: 'leave', bundleId: carol.session.id, reason: 5, seq: 4 });
});

test('slow-down: after 50 joins one a second, and the room says how long', async () => {
  const { socketUrl, clock } = await running({ roomMembers: 200 });
  for (let nth = 0; nth < 50; nth++) await (await guest(socketUrl, `guest${nth}`)).join();
  await clock.pass(400);
  expect(await answerTo(socketUrl, 'late')).toEqual({ type: 'no', code: 'slow-down', retryMs: 600 });
  expect(await answerTo(socketUrl, 'elsewhere', { room: 'other' })).toMatchObject({ type: 'room' });
  await clock.pass(600);
  expect(await answerTo(socketUrl, 'late', { now: clock.now() })).toMatchObject({ type: 'room' });
});

test('a new session of the same person replaces the old one: two entries in a row', async () => {
  const { socketUrl } = await running();
  const [alice, bob] = (await guests(socketUrl, ['alice', 'bob'])) as [Guest, Guest];
  const next = await guest(socketUrl, 'bob', { identity: bob.identity, now: Date.now() + 1 });
  expect(await next.join()).toMatchObject({ seq: 4 });
  for (const { wire } of [alice, bob]) {
    expect(await wire.hears('leave')).toEqual({ type: 'leave', bundleId: bob.session.id, reason: 4, seq: 3 });
  }
  expect(await alice.wire.hears('join')).toMatchObject({ seq: 4 });
  bob.wire.say({ type: 'msg', msg: bob.msg() });
  expect(await bob.wire.next()).toMatchObject({ type: 'no', code: 'removed' });
});

test('another join on a connection: own leave, then room; not for another room or identity', async () => {
  const { socketUrl } = await running();
  const [alice] = (await guests(socketUrl, ['alice'])) as [Guest];
  const second = await guest(socketUrl, 'alice2', { identity: alice.identity, now: Date.now() + 1 });
  const other = await guest(socketUrl, 'other');
  const elsewhere = await guest(socketUrl, 'alice', { identity: alice.identity, room: 'other', now: Date.now() + 2 });
  const on = async (one: Guest) => {
    const moved = Object.assign(one, { wire: alice.wire });
    const { admissionProof } = await import('../../../../chat-app/client/crypto/session.ts');
    const proof = await admissionProof(moved.identity, alice.wire.challenge, moved.session);
    return { ...(await one.joinFrame()), proof };
  };
  alice.wire.say(await on(elsewhere));
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'bundle-room' });
  alice.wire.say(await on(other));
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'bad-frame' });
  alice.wire.say(await on(second));
  expect((await alice.wire.upTo('synced')).map(({ type }) => type)).toEqual(['leave', 'room', 'synced']);
  alice.wire.say({ type: 'leave' });
  await alice.wire.hears('leave');
  alice.wire.say(await on(elsewhere));
  expect(await alice.wire.next()).toMatchObject({ type: 'room', seq: 1 });
});

test('two who join at once with one name: one of them does', async () => {
  const { socketUrl } = await running();
  const answers = await Promise.all(['a', 'b', 'c'].map(() => answerTo(socketUrl, 'alice')));
  expect(answers.map(answer => (answer.type === 'no' ? answer.code : answer.type)).sort()).toEqual([
    'name-taken',
    'name-taken',
    'room',
  ]);
});
