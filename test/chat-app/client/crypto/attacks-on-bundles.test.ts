/** What a relay may try with bundles, edited, doubled or old: e2ee/1, section 16. */
import { describe, expect, test } from 'vitest';
import { newIdentity } from '../../../../chat-app/client/crypto/index.ts';
import { linkKeys } from '../../../../chat-app/client/crypto/link.ts';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { newSession, signBundle } from '../../../../chat-app/client/crypto/session.ts';
import { bundleId, decodeBundle, encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { concat, u64 } from '../../../../chat-app/protocol/bytes.ts';
import { MAX_MEMBERS } from '../../../../chat-app/protocol/limits.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { roomHash } from '../../../../chat-app/protocol/room.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import {
  clockAt,
  greet,
  knock,
  type Person,
  person,
  refuses,
  SECRET,
  seat,
  text,
  told,
  types,
} from './support/people.ts';

const DAY = 86_400_000;

const who = ({ name, identity }: Person) => ({ name, identity: hex(identity.publicKey) });
const people = async ({ member }: Person) => (await member.snapshot()).people;
const counted = async (someone: Person) => (await people(someone)).filter(({ outsider }) => !outsider);

describe('3: a bundle edited', () => {
  const nameAt = 34;
  test.each<[string, (good: Bytes) => Bytes, string]>([
    ['a trailing byte', good => concat(good, new Uint8Array(1)), 'bundle-format'],
    ['a byte too few', good => good.slice(0, -1), 'bundle-format'],
    ['the version', good => good.with(1, 2), 'bundle-version'],
    ['the room', good => good.with(2, (good[2] ?? 0) ^ 1), 'bundle-room'],
    ['the name', good => good.with(nameAt + 2, 120), 'bundle-sig'],
    ['a capital in the name', good => good.with(nameAt + 2, 66), 'bundle-name'],
    ['the identity', good => good.with(nameAt + 5 + 64, (good[nameAt + 69] ?? 0) ^ 1), 'bundle-key'],
    ['the session key', good => good.with(nameAt + 5 + 65, 2), 'bundle-key'],
    ['the sid', good => good.with(nameAt + 5 + 130, (good[nameAt + 135] ?? 0) ^ 1), 'bundle-sig'],
    ['older', good => concat(good.slice(0, 177), u64(1), good.slice(185)), 'bundle-expired'],
    ['from the future', good => concat(good.slice(0, 177), u64(1_800_000_700_000), good.slice(185)), 'bundle-expired'],
    ['the tag', good => good.with(-70, (good.at(-70) ?? 0) ^ 1), 'bundle-sig'],
    ['the signature', good => good.with(-1, (good.at(-1) ?? 0) ^ 1), 'bundle-sig'],
  ])('%s', async (_, edit, code) => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const [own, theirs] = [await knock(alice), await knock(bob)];
    const [event] = await seat(alice, [own, new Uint8Array(edit(theirs))]);
    expect(event).toMatchObject({ type: 'refused', code });
    expect(await people(alice)).toEqual([]);
  });
});

describe('15: one name, sid or identity twice', () => {
  const duplicate = { type: 'refused', code: 'duplicate-member' };

  test('the first stays', async () => {
    const [alice, bob, twin] = [await person('alice'), await person('bob'), await person('bob')];
    const [own, first, second] = [await knock(alice), await knock(bob), await knock(twin)];
    const b = decodeBundle(first);
    const { tagKey } = await linkKeys(SECRET, await roomHash('lobby'));
    const sameSid = await signBundle(twin.identity, { ...decodeBundle(second), name: 'carol', sid: b.sid }, tagKey);
    const other = await person('carol', { identity: bob.identity });
    const asMe = await person('zoe', { identity: alice.identity });
    const myName = await person('alice');
    const wrong = [second, first, encodeBundle(sameSid), await knock(other), await knock(asMe), await knock(myName)];
    const events = await seat(alice, [own, first, ...wrong]);
    expect(events.slice(1, -1)).toMatchObject(Array(6).fill(duplicate));
    expect(await people(alice)).toMatchObject([who(bob)]);
  });

  test('an outsider named bob does not keep bob out', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const stranger = await person('bob', { secret: random(32) });
    const bundles = [await knock(alice), await knock(stranger), await knock(bob)];
    await seat(alice, bundles);
    expect(await counted(alice)).toMatchObject([who(bob)]);
    expect(await people(alice)).toHaveLength(2);
  });

  test('more than 200 members are not counted', async () => {
    const alice = await person('alice');
    const room = await roomHash('lobby');
    const { tagKey } = await linkKeys(SECRET, room);
    const bundles = [await knock(alice)];
    for (let i = 0; i < MAX_MEMBERS; i++) {
      const said = { room, name: `m${i}`, tagKey, sid: random(8), now: 1_800_000_000_000, after: 0 };
      bundles.push(encodeBundle((await newSession(await newIdentity(), said)).bundle));
    }
    const events = await seat(alice, bundles);
    expect(events.at(-2)).toEqual({ type: 'refused', code: 'roster-too-big', name: 'm199' });
    expect(await counted(alice)).toHaveLength(199);
  });
});

describe('17: a departed bundle announced again', () => {
  const departed = async () => {
    const clock = clockAt();
    const [alice, bob] = [await person('alice', { clock }), await person('bob', { clock })];
    const [, theirs = new Uint8Array()] = await told([alice, bob]);
    const id = await bundleId(decodeBundle(theirs));
    await alice.member.receive({ type: 'leave', bundleId: id, reason: LEAVE.left, seq: 2 });
    return { alice, theirs, clock };
  };

  test('is refused, also after a sync and after a reload', async () => {
    const { alice, theirs } = await departed();
    await alice.member.receive({ type: 'synced', seq: 2 });
    expect(await alice.member.receive({ type: 'join', bundle: theirs, seq: 3 })).toEqual([
      { type: 'refused', code: 'bundle-replayed', name: 'bob' },
    ]);
    const back = await thawMember(await alice.member.freeze(), alice.around);
    expect(await back.receive({ type: 'join', bundle: theirs, seq: 4 })).toMatchObject([{ code: 'bundle-replayed' }]);
  });

  test('stays refused in a replayed gap in which it ran out, and is forgotten only then', async () => {
    const clock = clockAt();
    const [bob, alice] = [await person('bob', { clock }), await person('alice', { clock })];
    const theirs = await knock(bob);
    clock.ms += 3 * DAY;
    await seat(alice, [theirs, await knock(alice)]);
    const id = await bundleId(decodeBundle(theirs));
    await alice.member.receive({ type: 'leave', bundleId: id, reason: LEAVE.left, seq: 2 });
    clock.ms += 5 * DAY;
    await greet(alice);
    expect(await alice.member.resume()).toMatchObject({ type: 'resume', since: 2 });
    const join = (seq: number) => alice.member.receive({ type: 'join', bundle: theirs, seq });
    expect(await join(3)).toMatchObject([{ type: 'refused', code: 'bundle-replayed' }]);
    await alice.member.receive({ type: 'synced', seq: 3 });
    expect(await join(4)).toMatchObject([{ type: 'refused', code: 'bundle-expired' }]);
  });
});

test('a bundle that ran out during a gap was good for those who were there', async () => {
  const clock = clockAt();
  const [bob, alice] = [await person('bob', { clock }), await person('alice', { clock })];
  const theirs = await knock(bob);
  clock.ms += 3 * DAY;
  await seat(alice, [await knock(alice)]);
  clock.ms += 5 * DAY;
  await greet(alice);
  await alice.member.resume();
  const events = await alice.member.receive({ type: 'join', bundle: theirs, seq: 2 }, { type: 'synced', seq: 2 });
  expect(types(events)).toEqual(['joined', 'new-key', 'synced']);
  await refuses(alice.member.seal({ body: text('x') }), 'bundle-expired');
});

test('a gap begins at the seat, when nothing was in sync after it', async () => {
  const clock = clockAt();
  const [bob, alice] = [await person('bob', { clock }), await person('alice', { clock })];
  const theirs = await knock(bob);
  clock.ms += 7 * DAY;
  const own = await knock(alice);
  await alice.member.receive({ type: 'room', seq: 1, head: random(32), members: [own], earlier: 0 });
  await greet(alice);
  await alice.member.resume();
  const events = await alice.member.receive({ type: 'join', bundle: theirs, seq: 2 });
  expect(events).toMatchObject([{ type: 'refused', code: 'bundle-expired' }]);
});

test('18: a rewritten signature gives no second bundle', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  const [own, theirs] = [decodeBundle(await knock(alice)), await knock(bob)];
  const twisted = encodeBundle({ ...own, sig: random(64) });
  expect(types(await seat(alice, [twisted, theirs]))).toEqual(['new-key', 'synced']);
  const { sig, ...rest } = own;
  expect(await bundleId({ ...rest })).toEqual(await bundleId(own));
  expect(sig).toHaveLength(64);
});
