/** A bundle says: this identity is in this room, under this name, with this session key, for so long (e2ee/1, section 2). */
import type { Bytes } from './bytes.ts';
import { concat, equal, fromUtf8, label, lp, Reader, u16, u64, utf8 } from './bytes.ts';
import { fail } from './failure.ts';
import { BUNDLE_AHEAD_MS, BUNDLE_LIFE_MS } from './limits.ts';
import { agreementKey, sha256, verify, verifyingKey } from './primitives.ts';
import { NAME } from './room.ts';
import { HASH_BYTES, POINT_BYTES, SID_BYTES, SIGNATURE_BYTES } from './sizes.ts';
import { SUITE } from './suite.ts';

export interface Claims {
  version: number;
  room: Bytes;
  name: string;
  /** ECDSA point of the identity. */
  ik: Bytes;
  /** ECDH point of the session. */
  spk: Bytes;
  sid: Bytes;
  /** Milliseconds since 1970. */
  created: number;
  /** Milliseconds since 1970. */
  expires: number;
}

export interface Bundle extends Claims {
  /** Proves the link secret to other members; zeros without one. */
  tag: Bytes;
  sig: Bytes;
}

export const claims = (b: Claims): Bytes =>
  concat(u16(b.version), b.room, lp(utf8(b.name)), b.ik, b.spk, b.sid, u64(b.created), u64(b.expires));

export const signedPart = (b: Omit<Bundle, 'sig'>): Bytes => concat(label('bundle'), claims(b), b.tag);

export const encodeBundle = (b: Bundle): Bytes => concat(claims(b), b.tag, b.sig);

/** Leaves the signature out, so that nobody makes a second id by rewriting (r, s) as (r, n − s). */
export const bundleId = (b: Omit<Bundle, 'sig'>): Promise<Bytes> => sha256(signedPart(b));

/** Fails with `bundle-format`. What the fields say is for `checkBundle`. */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const r = new Reader(bytes, 'bundle-format');
  const bundle = {
    version: r.number(2),
    room: r.take(HASH_BYTES),
    name: fromUtf8(r.take(r.number(2)), 'bundle-format'),
    ik: r.take(POINT_BYTES),
    spk: r.take(POINT_BYTES),
    sid: r.take(SID_BYTES),
    created: r.number(8),
    expires: r.number(8),
    tag: r.take(HASH_BYTES),
    sig: r.take(SIGNATURE_BYTES),
  };
  r.end();
  return bundle;
}

export interface Expected {
  room: Bytes;
  /** Milliseconds since 1970. */
  now: number;
  /** When it must not have expired yet; default `now`. In a replayed gap: one's last `synced`. */
  aliveAt?: number;
}

/** The checks of section 2 up to the signature, cheap ones first; fails with the code of the first that does not hold. */
export async function checkBundle(bundle: Bundle, { room, now, aliveAt = now }: Expected): Promise<void> {
  if (bundle.version !== SUITE) fail('bundle-version', String(bundle.version));
  if (!equal(bundle.room, room)) fail('bundle-room');
  if (!NAME.test(bundle.name)) fail('bundle-name');
  checkTimes(bundle, now, aliveAt);
  const identity = await verifyingKey(bundle.ik, 'bundle-key');
  await agreementKey(bundle.spk, 'bundle-key');
  if (!(await verify(identity, bundle.sig, signedPart(bundle)))) fail('bundle-sig', bundle.name);
}

function checkTimes({ name, created, expires }: Claims, now: number, aliveAt: number): void {
  const lifeMs = expires - created;
  const ahead = created > now + BUNDLE_AHEAD_MS;
  if (lifeMs <= 0 || lifeMs > BUNDLE_LIFE_MS || ahead || expires <= aliveAt) fail('bundle-expired', name);
}
