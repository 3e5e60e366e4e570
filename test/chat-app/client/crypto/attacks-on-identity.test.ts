/** What a relay or a stranger may try with keys and names: e2ee/1, section 16. */
import { describe, expect, test } from 'vitest';
import { roomCode, safetyNumber } from '../../../../chat-app/client/crypto/index.ts';
import type { Kept } from '../../../../chat-app/client/crypto/member.ts';
import { createMember, thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import type { Verified } from '../../../../chat-app/client/crypto/trust.ts';
import { bundleId, decodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import {
  clockAt,
  hand,
  knock,
  type Person,
  person,
  refuses,
  SECRET,
  sealed,
  seat,
  shown,
  text,
  told,
  types,
} from './support/people.ts';

const who = ({ name, identity }: Person) => ({ name, identity: hex(identity.publicKey) });
const people = async ({ member }: Person) => (await member.snapshot()).people;
const counted = async (someone: Person) => (await people(someone)).filter(({ outsider }) => !outsider);

describe('1: keys swapped at first contact', () => {
  test('with a link, the attacker is an outsider and nothing is sealed', async () => {
    const [alice, fake] = [await person('alice'), await person('bob', { secret: random(32) })];
    const [own, ghost] = [await knock(alice), await knock(fake)];
    expect(await seat(alice, [own, ghost])).toMatchObject([{ type: 'outsider', name: 'bob' }, { type: 'synced' }]);
    await refuses(alice.member.seal({ body: text('secret') }), 'alone');
  });

  test('without a link it is readable, and both numbers differ', async () => {
    const [alice, bob, mallory] = await Promise.all(
      ['alice', 'bob', 'bob'].map(name => person(name, { secret: undefined })),
    );
    if (!alice || !bob || !mallory) throw new Error('nobody');
    await told([alice, mallory]);
    expect(shown(await hand(mallory, await sealed(alice, 'readable')))).toEqual(['alice: readable']);
    const [a, b, m] = [alice, bob, mallory].map(({ identity }) => identity.publicKey) as [Bytes, Bytes, Bytes];
    expect(await safetyNumber(a, b)).not.toBe(await safetyNumber(a, m));
    expect(await roomCode([a, b])).not.toBe(await roomCode([a, m]));
    expect(await alice.member.roomCode()).toBe(await roomCode([a, m]));
  });

  test.each([
    ['a tag where there is no link', undefined, SECRET],
    ['no tag where there is one', SECRET, undefined],
  ])('%s is an outsider too', async (_, mine, theirs) => {
    const [alice, eve] = [await person('alice', { secret: mine }), await person('eve', { secret: theirs })];
    await told([alice, eve]);
    expect(await counted(alice)).toEqual([]);
  });
});

describe('2: an identity changed later', () => {
  const meeting = async (verified: Verified) => {
    const clock = clockAt();
    const alice = await person('alice', { clock, verified });
    const bob = await person('bob', { clock });
    await told([alice, bob]);
    clock.ms += 1000;
    return { alice, bob, impostor: await person('bob', { clock }) };
  };

  /** The room once more, with these, as seen by `alice`. */
  const again = async (alice: Person, other: Person, seq: number) =>
    seat(alice, [await knock(alice), await knock(other)], { seq });

  test('unverified: a calm line, and sending goes on', async () => {
    const { alice, impostor } = await meeting(new Map());
    expect(types(await again(alice, impostor, 9))).toEqual(['unseen', 'key-changed', 'synced']);
    await sealed(alice, 'x');
    expect(types(await again(alice, impostor, 19))).toEqual(['unseen', 'synced']);
  });

  test('verified: nothing is sealed until it is accepted, also after a reload', async () => {
    const { alice, bob, impostor } = await meeting(new Map());
    await alice.member.verify(who(bob));
    expect(types(await again(alice, impostor, 9))).toContain('verified-key-changed');
    await refuses(alice.member.seal({ body: text('secret') }), 'verified-key-changed');
    const frozen = await alice.member.freeze();
    const back = { ...alice, member: await thawMember(frozen, alice.around) };
    expect(types(await again(back, impostor, 19))).toContain('verified-key-changed');
    await refuses(back.member.seal({ body: text('secret') }), 'verified-key-changed');
    expect(await people(back)).toMatchObject([{ name: 'bob', blocked: true, verifiedAs: undefined }]);
    await refuses(back.member.accept(who(bob)), 'key-changed');
    await back.member.accept(who(impostor));
    await sealed(back, 'fine now');
  });

  test('verified: also for a browser that kept only the pins', async () => {
    const { alice, bob, impostor } = await meeting(new Map());
    await alice.member.verify(who(bob));
    const kept: Kept['remembered'][] = [];
    const persist = async ({ remembered }: Kept) => void kept.push(remembered);
    const first = await thawMember(await alice.member.freeze(), { ...alice.around, persist });
    await first.accept(who(bob));
    const start = { roomId: 'lobby', name: 'alice', secret: SECRET, remembered: kept.at(-1) };
    const back = { ...alice, member: await createMember(start, alice.around) };
    expect(types(await again(back, impostor, 19))).toContain('verified-key-changed');
  });

  test('verified: the block lifts when they leave, and the pin stays', async () => {
    const { alice, bob, impostor } = await meeting(new Map());
    await alice.member.verify(who(bob));
    const carol = await person('carol');
    const own = await knock(alice);
    const [theirs, third] = [await knock(impostor), await knock(carol)];
    await seat(alice, [own, theirs, third], { seq: 9 });
    await refuses(alice.member.seal({ body: text('x') }), 'verified-key-changed');
    const leave = {
      type: 'leave',
      bundleId: await bundleId(decodeBundle(theirs)),
      reason: LEAVE.left,
      seq: 10,
    } as const;
    await alice.member.receive(leave);
    expect(await alice.member.seal({ body: text('x') })).toMatchObject({ readers: ['carol'] });
    expect(types(await again(alice, impostor, 19))).toContain('verified-key-changed');
  });

  test('their lines are marked meanwhile', async () => {
    const { alice, bob, impostor } = await meeting(new Map());
    await alice.member.verify(who(bob));
    const bundles = [await knock(alice), await knock(impostor)];
    for (const each of [alice, impostor]) await seat(each, bundles, { seq: 9 });
    expect(await hand(alice, await sealed(impostor, 'it is me'))).toMatchObject([{ type: 'line', unaccepted: true }]);
  });

  test('a verified person under another name is said to be that person', async () => {
    const mallory = await person('mallory');
    const verified: Verified = new Map([[hex(mallory.identity.publicKey), { name: 'mallory', at: 1 }]]);
    const alice = await person('alice', { verified });
    const asBob = await person('bob', { identity: mallory.identity });
    const events = await seat(alice, [await knock(alice), await knock(asBob)]);
    expect(events).toMatchObject([
      { type: 'new-key', name: 'bob' },
      { type: 'other-name', name: 'bob', verifiedAs: 'mallory' },
      { type: 'synced' },
    ]);
  });
});
