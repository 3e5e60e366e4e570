/** The checks of section 2, up to the signature, in their order. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../chat-app/protocol/bundle.ts';
import { bundleId, checkBundle, signedPart } from '../../../chat-app/protocol/bundle.ts';
import { equal } from '../../../chat-app/protocol/bytes.ts';
import type { Code } from '../../../chat-app/protocol/failure.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const room = new Uint8Array(randomBytes(32));

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65));
  return { privateKey, point };
}

const identity = keyPair();

/** Signed by Node's own crypto, not by ours. */
function signed(change: Partial<Bundle> = {}): Bundle {
  const bundle = {
    version: 1,
    room,
    name: 'bob',
    ik: identity.point,
    spk: keyPair().point,
    sid: new Uint8Array(8),
    created: NOW,
    expires: NOW + 7 * DAY,
    tag: new Uint8Array(32),
    ...change,
  };
  const sig = sign('sha256', signedPart(bundle), { key: identity.privateKey, dsaEncoding: 'ieee-p1363' });
  return { ...bundle, sig: change.sig ?? new Uint8Array(sig) };
}

const check = (bundle: Bundle, now = NOW) => checkBundle(bundle, { room, now });
const refuses = (bundle: Bundle, code: Code, now = NOW) => expect(check(bundle, now)).rejects.toMatchObject({ code });

test('a good one passes', async () => {
  await check(signed());
  await check(signed({ created: NOW + 600_000, expires: NOW + 600_001 }));
});

const off = identity.point.slice();
off[64] = (off[64] ?? 0) ^ 1;
const compressed = new Uint8Array([2 + ((identity.point[64] ?? 0) & 1), ...identity.point.slice(1, 33)]);

test.each<[string, Partial<Bundle>, Code]>([
  ['another version', { version: 2 }, 'bundle-version'],
  ['another room', { room: new Uint8Array(32) }, 'bundle-room'],
  ['a name with capitals', { name: 'Bob' }, 'bundle-name'],
  ['no name', { name: '' }, 'bundle-name'],
  ['an end at the beginning', { expires: NOW }, 'bundle-expired'],
  ['a life of more than seven days', { expires: NOW + 7 * DAY + 1 }, 'bundle-expired'],
  ['a beginning over ten minutes ahead', { created: NOW + 600_001, expires: NOW + DAY }, 'bundle-expired'],
  ['an end that has come', { created: NOW - DAY, expires: NOW }, 'bundle-expired'],
  ['an identity off the curve', { ik: off }, 'bundle-key'],
  ['a compressed identity', { ik: compressed }, 'bundle-key'],
  ['a session key off the curve', { spk: off }, 'bundle-key'],
  ['a compressed session key', { spk: compressed }, 'bundle-key'],
  ['a point at infinity', { spk: new Uint8Array(65) }, 'bundle-key'],
  ['no signature', { sig: new Uint8Array(64) }, 'bundle-sig'],
])('%s is refused', (_, change, code) => refuses(signed(change), code));

describe('each field is signed', () => {
  const other = {
    room: new Uint8Array(32),
    name: 'eve',
    spk: keyPair().point,
    sid: new Uint8Array(8).fill(1),
    created: NOW + 1,
  };
  const rest = { expires: NOW + DAY, tag: new Uint8Array(32).fill(1), ik: keyPair().point };
  test.each(Object.entries({ ...other, ...rest }))('%s', (field, value) =>
    refuses({ ...signed(), [field]: value }, field === 'room' ? 'bundle-room' : 'bundle-sig'),
  );
});

describe('of two faults the first in the order is named', () => {
  test.each<[Partial<Bundle>, Code]>([
    [{ version: 2, room: new Uint8Array(32) }, 'bundle-version'],
    [{ room: new Uint8Array(32), name: 'B' }, 'bundle-room'],
    [{ name: 'B', expires: 0 }, 'bundle-name'],
    [{ expires: 0, ik: off }, 'bundle-expired'],
    [{ ik: off, sig: new Uint8Array(64) }, 'bundle-key'],
  ])('%o', (change, code) => refuses(signed(change), code));
});

test('in a replayed gap it must have lived at the last sync, and not be from the future of now', async () => {
  const old = signed({ created: NOW - 2 * DAY, expires: NOW - DAY });
  await refuses(old, 'bundle-expired');
  await checkBundle(old, { room, now: NOW, aliveAt: NOW - DAY - 1 });
  const during = signed({ created: NOW - DAY, expires: NOW + DAY });
  await checkBundle(during, { room, now: NOW, aliveAt: NOW - 3 * DAY });
});

test('a rewritten signature makes no second id', async () => {
  const bundle = signed();
  const twisted: Bundle = { ...bundle, sig: new Uint8Array(64) };
  expect(equal(await bundleId(bundle), await bundleId(twisted))).toBe(true);
});
