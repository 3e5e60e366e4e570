/** Steps that no attack sees alone, because another one stands in the same way (test/mutations removes each once). */
import { afterEach, expect, test, vi } from 'vitest';
import { chainId, followChain } from '../../../../chat-app/client/crypto/chain.ts';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { messageAad } from '../../../../chat-app/client/crypto/message.ts';
import { pack, unpack } from '../../../../chat-app/client/crypto/pack.ts';
import { random, sign, signingPair } from '../../../../chat-app/client/crypto/primitives.ts';
import { findKey } from '../../../../chat-app/client/crypto/ratchet.ts';
import { newSession, signBundle } from '../../../../chat-app/client/crypto/session.ts';
import type { State } from '../../../../chat-app/client/crypto/state.ts';
import { bundleId, checkBundle, decodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import { concat } from '../../../../chat-app/protocol/bytes.ts';
import { fail } from '../../../../chat-app/protocol/failure.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { decodeMessage, encodeMessage } from '../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { greet, hand, idOf, knock, person, refuses, roomOf, sealed, seat, shown, types } from './support/people.ts';

afterEach(() => vi.restoreAllMocks());

const origin = { room: random(32), from: random(32), roster: random(32) };
const stateOf = async ({ member }: { member: { freeze(): Promise<{ state: Parameters<typeof unpack>[0] }> } }) =>
  unpack((await member.freeze()).state) as State;

test('a chain whose signing key is no point', async () => {
  const [seed, sigPub] = [random(32), concat(new Uint8Array([4]), new Uint8Array(64))];
  const id = await chainId(origin, { seed, sigPub });
  await refuses(followChain({ ...origin, id, sid: '00' }, concat(seed, sigPub)), 'envelope-auth');
});

/** Everything that keys were derived from meanwhile, as it is in memory afterwards. */
function derivedFrom(): Uint8Array[] {
  const seen: Uint8Array[] = [];
  const real = crypto.subtle.importKey.bind(crypto.subtle) as (...all: unknown[]) => Promise<CryptoKey>;
  vi.spyOn(crypto.subtle, 'importKey').mockImplementation((async (...all: unknown[]) => {
    if (all[2] === 'HKDF') seen.push(all[1] as Uint8Array);
    return real(...all);
  }) as typeof crypto.subtle.importKey);
  return seen;
}

test('the seed of a chain is overwritten', async () => {
  const [seed, { publicKey: sigPub }] = [random(32), await signingPair()];
  const id = await chainId(origin, { seed, sigPub });
  const used = derivedFrom();
  await followChain({ ...origin, id, sid: '00' }, concat(seed, sigPub));
  expect(used.map(hex)).toEqual([hex(new Uint8Array(32))]);
});

test('the keys that a message has passed over are overwritten', async () => {
  const used = derivedFrom();
  const ratchet = { key: random(32), next: 0, skipped: new Map() };
  (await findKey(ratchet, { i: 3, lane: 'msg', now: 0 })).commit();
  expect(used.map(hex)).toEqual(Array(4).fill(hex(new Uint8Array(32))));
});

test('a join that was refused is over, and the session from before stands', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice] = people;
  await alice.member.join('zoe');
  await refuses(sealed(alice, 'x'), 'unavailable');
  await alice.member.receive({ type: 'no', code: 'name-taken' });
  expect((await sealed(alice, 'x')).type).toBe('first');
});

test('what another version froze is not taken up', async () => {
  const alice = await person('alice');
  const { privateKey, state } = await alice.member.freeze();
  const older = pack({ ...(unpack(state) as object), version: 1 });
  await refuses(thawMember({ privateKey, state: older }, alice.around), 'no-storage');
});

test('an outsider’s leave is that of whom it names', async () => {
  const alice = await person('alice');
  const strangers = [await person('eve', { secret: random(32) }), await person('mallory', { secret: random(32) })];
  const bundles = [await knock(alice)];
  for (const each of strangers) bundles.push(await knock(each));
  await seat(alice, bundles);
  const id = await bundleId(decodeBundle(bundles[2] ?? new Uint8Array()));
  await alice.member.receive({ type: 'leave', bundleId: id, reason: LEAVE.left, seq: 2 });
  expect((await alice.member.snapshot()).people).toMatchObject([{ name: 'eve' }]);
});

test('my own session that has left does not come back; without a seat there is no roster', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice] = people;
  const old = [...relay.seats.values()].find(({ name }) => name === 'alice')?.bytes ?? new Uint8Array();
  await relay.remove('alice', LEAVE.timeout);
  await alice.pump();
  expect((await stateOf(alice)).roster).toBeUndefined();
  await alice.socket.send(await alice.member.join());
  await alice.pump();
  const { seq } = await alice.member.snapshot();
  expect(await alice.member.receive({ type: 'join', bundle: old, seq: seq + 1 })).toMatchObject([
    { type: 'refused', code: 'bundle-replayed' },
  ]);
});

test('a good signature over what no key opens', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const signer = vi.spyOn(crypto.subtle, 'generateKey');
  const first = await sealed(alice, 'first');
  const pair = (await signer.mock.results[0]?.value) as { privateKey: Parameters<typeof sign>[0] } | undefined;
  await hand(bob, first);
  const m = decodeMessage((await sealed(alice, 'second')).msg);
  const { session, roster = random(32) } = await stateOf(alice);
  const bundle = decodeBundle((session as unknown as { bundle: Uint8Array }).bundle);
  const chain = { room: bundle.room, from: await bundleId(bundle), id: m.chain, roster };
  const aad = messageAad('msg', chain, m);
  const ct = random(m.ct.length);
  const msg = encodeMessage({ ...m, ct, sig: await sign(pair?.privateKey ?? fail('no-chain'), concat(aad, m.iv, ct)) });
  expect(shown(await hand(bob, { type: 'msg', msg }))).toEqual(['[msg-auth]']);
});

test('a plain line of 4,063 bytes', async () => {
  const alice = await person('alice');
  await seat(alice, [await knock(alice)]);
  await refuses(alice.member.plain('x'.repeat(4063)), 'too-big');
  expect((await alice.member.plain('x'.repeat(4062))).type).toBe('plain');
});

test('an event that was passed over does not come late', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await hand(bob, await sealed(alice, 'x'));
  const [early, late] = [await alice.member.signal({ kind: 'typing' }), await alice.member.signal({ kind: 'typing' })];
  expect(types(await hand(bob, late))).toEqual(['typing']);
  expect(await hand(bob, early)).toMatchObject([{ type: 'ignored', code: 'replay' }]);
});

test('an envelope from nobody who is here', async () => {
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')];
  const bundles = [await knock(alice), await knock(bob), await knock(carol)];
  await seat(alice, bundles.slice(0, 2));
  for (const each of [bob, carol]) await seat(each, bundles);
  const frame = await sealed(carol, 'x');
  const { sid = '' } = await alice.member.snapshot();
  expect(sid).toHaveLength(16);
  expect(await hand(alice, frame)).toMatchObject([{ type: 'unreadable', code: 'unknown-sender', name: undefined }]);
});

test('after a stop nothing is resumed', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice] = people;
  await alice.member.receive({ type: 'synced', seq: 9 });
  await greet(alice);
  await refuses(alice.member.resume(), 'log-gap');
  expect(relay.seq).toBe(2);
});

test('a session that has run out is not resumed', async () => {
  const { clock, people } = await roomOf(['alice', 'bob']);
  const [alice] = people;
  clock.ms += 7 * 86_400_000;
  await greet(alice);
  expect(await alice.member.resume()).toBeUndefined();
});

test('one line id of two people: both lines', async () => {
  const { people } = await roomOf(['alice', 'bob', 'carol']);
  const [alice, bob, carol] = people;
  const id = random(16);
  const both = [await sealed(alice, 'by alice', id), await sealed(carol, 'by carol', id)];
  expect(both.map(idOf)).toEqual([hex(id), hex(id)]);
  const events = [];
  for (const frame of both) events.push(...(await hand(bob, frame)));
  expect(shown(events)).toEqual(['alice: by alice', 'carol: by carol']);
});

test('somebody known was first seen when they first came', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const met = clock.ms;
  clock.ms += 60_000;
  await bob.socket.send(await bob.member.join());
  await alice.pump();
  expect((await alice.member.snapshot()).people).toMatchObject([{ name: 'bob', firstSeen: met }]);
  expect(relay.seq).toBe(4);
});

test('a bundle that ends before it begins, both yet to come', async () => {
  const [identity, room, now] = [await signingPair(), random(32), 1_800_000_000_000];
  const { bundle } = await newSession(identity, {
    room,
    name: 'bob',
    tagKey: undefined,
    sid: random(8),
    now,
    after: 0,
  });
  const times = { created: now + 300_000, expires: now + 60_000 };
  await refuses(
    checkBundle(await signBundle(identity, { ...bundle, ...times }, undefined), { room, now }),
    'bundle-expired',
  );
});
