/** Bundles that are not right: both implementations must refuse them, with the same code. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBundle } from './implementation/bundle.ts';
import type { Bytes } from './implementation/bytes.ts';
import { base64url, cat, u8 } from './implementation/bytes.ts';
import { newPair, random } from './implementation/primitives.ts';
import { linkKeys, roomOf } from './implementation/room.ts';
import type { Happening } from './implementation/state.ts';
import { bothSay, flip, ROOM, SECRET, three } from './support/both.ts';
import { frame } from './support/stage.ts';

const DAY = 86_400_000;
const room = roomOf(ROOM);
const { tagKey } = linkKeys(SECRET, room);
const identity = newPair();
const now = Date.now();
const keys = { ik: identity.point, spk: newPair().point, sid: random(8) };
const claims = { room, name: 'dave', ...keys, created: now, expires: now + DAY };
const good = makeBundle(identity, claims, tagKey).bytes;

const made = (change: Partial<typeof claims>): Bytes => makeBundle(identity, { ...claims, ...change }, tagKey).bytes;
const compressed = (point: Bytes): Buffer => cat(u8(2 + ((point[64] ?? 0) % 2)), point.slice(1));

/** What both say when it joins. */
async function bothMeet(bytes: Bytes): Promise<Happening[]> {
  const { readers } = await three('shipped');
  return bothSay(readers, () => [frame('join', base64url(bytes), 2)]);
}

test('a good one is taken', async () => {
  expect(await bothMeet(good)).toEqual([
    { what: 'joined', name: 'dave' },
    { what: 'key', code: 'new', name: 'dave' },
  ]);
});

test.each<[string, Bytes, string, string | undefined]>([
  ['a byte too few', good.slice(0, -1), 'bundle-format', undefined],
  ['a byte too many', cat(good, u8(0)), 'bundle-format', undefined],
  ['a name that is not UTF-8', flip(good, 36, 0x80), 'bundle-format', undefined],
  ['another suite', flip(good, 1), 'bundle-version', 'dave'],
  ['another room', made({ room: roomOf('other') }), 'bundle-room', 'dave'],
  ['a capital', made({ name: 'Dave' }), 'bundle-name', undefined],
  ['a long name', made({ name: 'd'.repeat(25) }), 'bundle-name', undefined],
  ['eight days', made({ expires: now + 8 * DAY }), 'bundle-expired', 'dave'],
  ['no time at all', made({ expires: now }), 'bundle-expired', 'dave'],
  ['from the future', made({ created: now + 660_000 }), 'bundle-expired', 'dave'],
  ['run out', made({ created: now - 2000, expires: now - 1000 }), 'bundle-expired', 'dave'],
  ['a compressed identity', made({ ik: compressed(identity.point) }), 'bundle-key', 'dave'],
  ['a session key off the curve', made({ spk: flip(claims.spk, 60) }), 'bundle-key', 'dave'],
  ['another identity', made({ ik: newPair().point }), 'bundle-sig', 'dave'],
  ['an altered tag', flip(good, good.length - 65), 'bundle-sig', 'dave'],
  ['a name that is taken', made({ name: 'alice' }), 'duplicate-member', 'alice'],
])('%s', async (_, bytes, code, name) => {
  expect(await bothMeet(bytes)).toEqual([{ what: 'refused', code, name }]);
});

test.each([
  ['without the link', undefined],
  ['with another link', random(32)],
])('%s it is an outsider', async (_, other) => {
  expect(await bothMeet(makeBundle(identity, claims, other).bytes)).toEqual([{ what: 'outsider', name: 'dave' }]);
});

test('struck anywhere', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      expect(await bothMeet(flip(good, at, bits))).toMatchObject([{ what: 'refused' }]);
    }),
    { numRuns: 60 },
  );
});
