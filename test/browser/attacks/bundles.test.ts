/** What a relay may try with keys that it announces, against the built page (section 16: 3, 15, 17 and 18). */
import { expect, test } from 'vitest';
import { bundleOf, joins, leaves, rewritten } from '../../chat-app/liar/forging.ts';
import { cat, u64 } from '../../chat-app/second/implementation/bytes.ts';
import { CLEAR, countDerivations, derivations, members, sealedFor, shows, sidOf, stage, words } from './victim.ts';

const here = stage();
const { wrongKey, outsider } = words;

const DAY = 86_400_000;
const flip = (bundle: Buffer, at: number): Buffer => Buffer.from(bundle.with(at, (bundle.at(at) ?? 0) ^ 1));
const AT = { room: 2, name: 36, ik: 40, spk: 105, sid: 170, created: 178 } as const;

/** dora's bundle, bent; and what the relay then seems to say of whom. */
const bent: [string, (good: Buffer) => Buffer, code: string, name?: string][] = [
  ['a trailing byte', good => cat(good, Buffer.alloc(1)), 'bundle-format', 'somebody'],
  ['a byte too few', good => good.subarray(0, -1), 'bundle-format', 'somebody'],
  ['the suite', good => flip(good, 1), 'bundle-version'],
  ['the room', good => flip(good, AT.room), 'bundle-room'],
  ['a capital in the name', good => Buffer.from(good.with(AT.name, 0x44)), 'bundle-name', 'somebody'],
  ['the name', good => Buffer.from(good.with(AT.name, 0x6e)), 'bundle-sig', 'nora'],
  ['an identity off the curve', good => flip(good, AT.ik + 64), 'bundle-key'],
  ['a compressed identity', good => Buffer.from(good.with(AT.ik, 2)), 'bundle-key'],
  ['a session key off the curve', good => flip(good, AT.spk + 64), 'bundle-key'],
  ['a compressed session key', good => Buffer.from(good.with(AT.spk, 3)), 'bundle-key'],
  ['the sid', good => flip(good, AT.sid), 'bundle-sig'],
  ['the times', good => cat(good.subarray(0, AT.created), u64(1), good.subarray(AT.created + 8)), 'bundle-expired'],
  ['the tag', good => flip(good, good.length - 70), 'bundle-sig'],
  ['the signature', good => flip(good, good.length - 1), 'bundle-sig'],
];

test('3: a bundle that is bent in any field: the code, nobody counted, no key derived', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  await countDerivations(alice);
  const good = Buffer.from(bundleOf(here.room, 'dora').bytes);
  const [old, future, long] = [
    bundleOf(here.room, 'dora', { claims: { created: Date.now() - 8 * DAY, expires: Date.now() - DAY } }),
    bundleOf(here.room, 'dora', { claims: { created: Date.now() + 660_000 } }),
    bundleOf(here.room, 'dora', { claims: { expires: Date.now() + 8 * DAY } }),
  ].map(({ bytes }) => bytes);
  const announced = bent.map(([, bend, code, name = 'dora']) => [bend(good), code, name] as const);
  for (const times of [old, future, long]) announced.push([Buffer.from(times ?? []), 'bundle-expired', 'dora']);
  for (const [bundle, code, name] of announced) {
    here.room.tell(her, joins(bundle));
    await shows(alice, wrongKey(name, code));
    await alice.page.getByRole('button', { name: 'Dismiss' }).click();
    await shows(alice);
  }
  expect(await members(alice)).toEqual(['bob', 'alice']);
  expect(await derivations(alice)).toBe(0);
  await alice.say(`${CLEAR} for bob`);
  await expect.poll(() => sealedFor(here)).toEqual([[sidOf(bob)]]);
});

test('15: one name, sid or identity twice: the first stays', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const { sid } = bob.guest().bundle;
  const twins = [
    ['bob', bundleOf(here.room, 'bob')],
    ['dora', bundleOf(here.room, 'dora', { claims: { sid } })],
    ['dora', bundleOf(here.room, 'dora', { identity: bob.state.identity })],
    ['alice', bundleOf(here.room, 'alice')],
    ['dora', bundleOf(here.room, 'dora', { claims: { sid: her.bundle.sid } })],
    ['dora', rewritten(bundleOf(here.room, 'dora', { identity: bob.state.identity }).bytes)],
  ] as const;
  for (const [name, bundle] of twins) {
    here.room.tell(her, joins('bytes' in bundle ? bundle.bytes : bundle));
    await shows(alice, wrongKey(name, 'duplicate-member'));
    await alice.page.getByRole('button', { name: 'Dismiss' }).click();
  }
  await alice.say(`${CLEAR} for the first bob`);
  await expect.poll(() => sealedFor(here)).toEqual([[sidOf(bob)]]);
});

test('15: an outsider who calls itself bob does not keep bob out', async () => {
  const alice = await here.victim('alice');
  const ghost = here.puppet('bob', { secret: undefined });
  ghost.come();
  await shows(alice, ...outsider('bob'));
  const bob = here.puppet('bob');
  bob.come();
  await alice.meets('bob');
  await shows(alice, ...outsider('bob'));
  await alice.say(`${CLEAR} for bob`);
  await expect.poll(() => sealedFor(here)).toEqual([[sidOf(bob)]]);
  await alice.page.getByRole('button', { name: 'Sealed for bob and you, not for another bob' }).waitFor();
});

test('17: a bundle that has left joins once more, also after a reload', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const { bundle } = bob.guest();
  here.room.leave(bob.guest());
  here.room.tell(her, joins(bundle.bytes));
  await shows(alice, wrongKey('bob', 'bundle-replayed'), 'ask: You are alone now');
  await alice.page.reload();
  here.room.tell(her, leaves(bundle));
  here.room.tell(her, joins(bundle.bytes));
  await shows(alice, wrongKey('bob', 'bundle-replayed'), 'ask: You are alone now');
  expect(await members(alice)).toEqual(['alice']);
});

test('18: a rewritten signature makes no second bundle, neither of a member nor of one who has left', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const { bundle } = bob.guest();
  here.room.tell(her, joins(rewritten(bundle.bytes)));
  await shows(alice, wrongKey('bob', 'duplicate-member'));
  await alice.page.getByRole('button', { name: 'Dismiss' }).click();
  here.room.tell(her, leaves(bundle));
  here.room.tell(her, joins(rewritten(bundle.bytes)));
  await shows(alice, wrongKey('bob', 'bundle-replayed'), 'ask: You are alone now');
});
