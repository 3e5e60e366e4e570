import { expect, test } from 'vitest';
import { encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import type { Guest } from '../support/guest.ts';
import { again, guest } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import type { Running } from '../support/relay.ts';
import { running } from '../support/relay.ts';

type Two = [Guest, Guest];
type Three = [Guest, Guest, Guest];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const two = async ({ socketUrl }: Running) => (await guests(socketUrl, ['alice', 'bob'])) as Two;
const says = async (one: Guest, others: Guest[]) => {
  const frame = one.first(others);
  one.wire.say(frame);
  await one.wire.upTo('msg');
  return frame;
};
const seqs = (frames: RelayFrame[]) =>
  frames.flatMap(frame => ('seq' in frame && frame.type !== 'synced' ? [frame.seq] : []));

test('gets what it has missed: entries in order, its own envelopes before their message, who is away, and synced', async () => {
  const relay = await running();
  const [alice, bob, carol] = (await guests(relay.socketUrl, ['alice', 'bob', 'carol'])) as Three;
  await bob.wire.close();
  await alice.wire.hears('here');
  await carol.wire.close();
  await alice.wire.hears('here');
  const one = await says(alice, [bob, carol]);
  const msg = alice.msg();
  alice.wire.say({ type: 'msg', msg });
  await alice.wire.hears('msg');
  const back = await again(relay.socketUrl, bob);
  const key = new Uint8Array([...one.keys.slice(0, 56), ...one.keys.slice(64, 189)]);
  expect(await back.resume(3)).toEqual([
    { type: 'key', key },
    { type: 'msg', seq: 4, msg: one.msg },
    { type: 'msg', seq: 5, msg },
    { type: 'here', sid: carol.sid, state: 'away' },
    { type: 'synced', seq: 5 },
  ]);
  expect(await alice.wire.hears('here')).toEqual({ type: 'here', sid: bob.sid, state: 'here' });
  expect(await back.resume(5)).toEqual([
    { type: 'here', sid: carol.sid, state: 'away' },
    { type: 'synced', seq: 5 },
  ]);
});

test('from its own join on, however far back it asks', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  await says(alice, [bob]);
  const heard = await (await again(relay.socketUrl, bob)).resume(0);
  expect(heard[0]).toEqual({ type: 'join', bundle: encodeBundle(bob.session.bundle), seq: 2 });
  expect(seqs(heard)).toEqual([2, 3]);
});

test('hears what is new once it is synced, and nothing twice', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  await bob.wire.close();
  await says(alice, [bob]);
  const back = await again(relay.socketUrl, bob);
  const heard: RelayFrame[] = [];
  back.wire.say(await back.resumeFrame(2));
  // Alice goes on talking while the relay looks up what bob has missed.
  for (let nth = 0; nth < 30; nth++) {
    alice.wire.say({ type: 'msg', msg: alice.msg() });
    await alice.wire.upTo('msg');
  }
  heard.push(...(await back.wire.upTo('synced')), ...(await back.wire.rest()));
  expect(seqs(heard)).toEqual(Array.from({ length: 31 }, (_, nth) => nth + 3));
});

test('a long absence comes page by page, complete and in order', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  await bob.wire.close();
  const first = await says(alice, [bob]);
  for (let nth = 0; nth < 950; nth++) {
    if (nth % 38 === 0) await relay.clock.pass(2000);
    alice.wire.say({ type: 'msg', msg: alice.msg() });
    if (nth % 38 === 37) await alice.wire.rest();
  }
  await alice.wire.rest();
  const back = await again(relay.socketUrl, bob);
  const heard = await back.resume(2);
  expect(heard[0]).toMatchObject({ type: 'key' });
  expect(heard[1]).toEqual({ type: 'msg', seq: 3, msg: first.msg });
  expect(seqs(heard)).toEqual(Array.from({ length: 951 }, (_, nth) => nth + 3));
});

test('a later connection takes the session over: 4001 for the earlier, no word of it to the others', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  const second = await again(relay.socketUrl, bob);
  await second.resume(2);
  expect(await bob.wire.closed).toBe(4001);
  await says(second, [alice]);
  expect((await alice.wire.rest()).map(({ type }) => type)).toEqual(['key', 'msg']);
});

test('a chain goes on over a reconnect', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  await says(alice, [bob]);
  const back = await again(relay.socketUrl, alice);
  await back.resume(3);
  back.wire.say({ type: 'msg', msg: back.msg() });
  expect(await back.wire.next()).toMatchObject({ type: 'msg', seq: 4 });
});

test("removed: a session that is unknown; proof: one that is another's", async () => {
  const relay = await running();
  const [alice] = await two(relay);
  const eve = await guest(relay.socketUrl, 'eve');
  eve.wire.say(await eve.resumeFrame(0));
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'removed' });
  eve.wire.say({ ...(await eve.resumeFrame(0)), bundleId: alice.session.id });
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'proof' });
  eve.wire.say(await alice.resumeFrame(0));
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'proof' });
});

test('whoever has left gets everything up to the own leave, and nothing after it', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  const one = await says(alice, [bob]);
  bob.wire.say({ type: 'leave' });
  await bob.wire.upTo('leave');
  alice.memberSeq = (await alice.wire.hears('leave')).seq;
  alice.wire.say(alice.first([]));
  await alice.wire.hears('msg');
  expect(await bob.wire.rest()).toEqual([]);
  const back = await again(relay.socketUrl, bob);
  expect((await back.resume(2)).slice(1)).toEqual([
    { type: 'msg', seq: 3, msg: one.msg },
    { type: 'leave', bundleId: bob.session.id, reason: 1, seq: 4 },
    { type: 'synced', seq: 4 },
  ]);
  back.wire.say({ type: 'msg', msg: back.msg() });
  expect(await back.wire.next()).toMatchObject({ code: 'removed' });
  expect(await alice.wire.rest()).toEqual([]);
});

test('whoever was replaced can still read up to the own leave', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  await bob.wire.close();
  await says(alice, [bob]);
  await (await guest(relay.socketUrl, 'bob', { identity: bob.identity, now: Date.now() + 1 })).join();
  const back = await again(relay.socketUrl, bob);
  const heard = await back.resume(2);
  expect(seqs(heard)).toEqual([3, 4]);
  expect(heard.slice(-2)).toMatchObject([
    { type: 'leave', reason: 4 },
    { type: 'synced', seq: 4 },
  ]);
});

test('timeout: whoever is away too long leaves; expired: 15 minutes before the bundle does', async () => {
  const relay = await running({ awayMs: 30 * MINUTE });
  const [alice, bob] = await two(relay);
  await bob.wire.close();
  await alice.wire.hears('here');
  await relay.clock.pass(29 * MINUTE);
  expect(await alice.wire.rest()).toEqual([]);
  await relay.clock.pass(2 * MINUTE);
  expect(await alice.wire.next()).toEqual({ type: 'leave', bundleId: bob.session.id, reason: 2, seq: 3 });
  await relay.clock.pass(7 * DAY - 31 * MINUTE - 16 * MINUTE);
  expect(await alice.wire.rest()).toEqual([]);
  await relay.clock.pass(2 * MINUTE);
  expect(await alice.wire.next()).toEqual({ type: 'leave', bundleId: alice.session.id, reason: 3, seq: 4 });
  alice.wire.say({ type: 'leave' });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'removed' });
  const next = await guest(relay.socketUrl, 'alice', { now: relay.clock.now() });
  expect(await next.join()).toMatchObject({ seq: 5 });
});

test('too long ago: what is not kept cannot be resumed, and the log goes on all the same', async () => {
  const relay = await running({ historyMs: 2 * DAY, awayMs: 7 * DAY });
  const [alice, bob] = await two(relay);
  await bob.wire.close();
  const first = await says(alice, [bob]);
  await relay.clock.pass(3 * DAY);
  await says(alice, [bob]);
  await relay.app.relay.forgetOld();
  const late = await again(relay.socketUrl, bob);
  late.wire.say(await late.resumeFrame(2));
  expect(await late.wire.next()).toEqual({ type: 'no', code: 'removed' });
  late.wire.say(await late.resumeFrame(3));
  expect(seqs(await late.wire.upTo('synced'))).toEqual([4]);
  const carol = await guest(relay.socketUrl, 'carol', { now: relay.clock.now() });
  expect(await carol.join()).toMatchObject({ seq: 5, earlier: 2 });
  expect(first.msg).toBeDefined();
});

test('an id is remembered for a day', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  const { msg } = await says(alice, [bob]);
  await relay.clock.pass(DAY - MINUTE);
  await relay.app.relay.forgetOld();
  alice.wire.say({ type: 'msg', msg });
  expect(await alice.wire.next()).toMatchObject({ code: 'duplicate', seq: 3 });
});

test('another session cannot be resumed on a connection that speaks for one', async () => {
  const relay = await running();
  const [alice, bob] = await two(relay);
  const { admissionProof } = await import('../../../../chat-app/client/crypto/session.ts');
  const proof = await admissionProof(bob.identity, alice.wire.challenge, bob.session);
  alice.wire.say({ type: 'resume', bundleId: bob.session.id, since: 0, proof });
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'bad-frame' });
});

test('a resume that meets the own leave on its way to the disk waits for it', async () => {
  const disk = { wait: Promise.resolve(), asked: () => {} };
  const relay = await running({
    store: store => ({
      ...store,
      write: async batch => {
        disk.asked();
        await disk.wait;
        await store.write(batch);
      },
    }),
  });
  const [, bob] = await two(relay);
  const back = await again(relay.socketUrl, bob);
  const frame = await back.resumeFrame(2);
  const busy = Promise.withResolvers<void>();
  const asked = new Promise<void>(resolve => Object.assign(disk, { wait: busy.promise, asked: resolve }));
  bob.wire.say({ type: 'leave' });
  await asked;
  back.wire.say(frame);
  // Its answer is not due yet, but the relay goes on with others.
  const other = await guest(relay.socketUrl, 'other');
  other.wire.sayRaw(new Uint8Array(70_000));
  expect(await other.wire.closed).toBe(1009);
  busy.resolve();
  expect(await back.wire.upTo('synced')).toEqual([
    { type: 'leave', bundleId: bob.session.id, reason: 1, seq: 3 },
    { type: 'synced', seq: 3 },
  ]);
});
