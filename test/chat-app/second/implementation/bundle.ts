/** Identities, sessions, and the bundles that announce them (section 2). */
import type { Bytes } from './bytes.ts';
import { cat, fields, fromUtf8, label, lp, refuse, same, u16, u64, utf8, ZEROS } from './bytes.ts';
import type { Pair } from './primitives.ts';
import { hash, hmac, publicKey, sign, verify } from './primitives.ts';

export interface Claims {
  room: Bytes;
  name: string;
  ik: Bytes;
  spk: Bytes;
  sid: Bytes;
  created: number;
  expires: number;
}

export interface Bundle extends Claims {
  suite: number;
  /** claims ‖ tag ‖ sig */
  bytes: Bytes;
  id: Bytes;
}

const WEEK = 7 * 86_400_000;
const TAG_AND_SIG = 96;

/** Signed by `identity`, whose point is `claims.ik`. */
export function makeBundle(identity: Pair, claims: Claims, tagKey: Bytes | undefined): Bundle {
  const { room, name, ik, spk, sid, created, expires } = claims;
  const said = cat(u16(1), room, lp(utf8(name)), ik, spk, sid, u64(created), u64(expires));
  const tagged = cat(said, tagOf(said, tagKey));
  const signed = cat(label('bundle'), tagged);
  return { ...claims, suite: 1, bytes: cat(tagged, sign(identity.privateKey, signed)), id: hash(signed) };
}

const tagOf = (claims: Bytes, tagKey: Bytes | undefined): Bytes =>
  tagKey ? hmac(tagKey, cat(label('tag'), claims)) : ZEROS;

/** Check 1. */
export function readBundle(bytes: Bytes): Bundle {
  const f = fields(bytes, 'bundle-format');
  const claims = {
    suite: f.number(2),
    room: f.bytes(32),
    name: fromUtf8(f.bytes(f.number(2)), 'bundle-format'),
    ik: f.bytes(65),
    spk: f.bytes(65),
    sid: f.bytes(8),
    created: f.number(8),
    expires: f.number(8),
  };
  if (f.left() !== TAG_AND_SIG) refuse('bundle-format');
  return { ...claims, bytes, id: hash(label('bundle'), bytes.slice(0, -64)) };
}

export const isName = (text: string): boolean => /^[a-z0-9_-]{1,24}$/.test(text);

export interface Moment {
  room: Bytes;
  now: number;
  /** When it must not have expired. */
  aliveAt: number;
}

/** Checks 2 to 7. */
export function checkBundle(bundle: Bundle, { room, now, aliveAt }: Moment): void {
  const { created, expires } = bundle;
  if (bundle.suite !== 1) refuse('bundle-version');
  if (!same(bundle.room, room)) refuse('bundle-room');
  if (!isName(bundle.name)) refuse('bundle-name');
  const inOrder = created < expires && expires <= created + WEEK && created <= now + 600_000;
  if (!inOrder || expires <= aliveAt) refuse('bundle-expired');
  const ik = publicKey(bundle.ik, 'bundle-key');
  publicKey(bundle.spk, 'bundle-key');
  const signed = cat(label('bundle'), bundle.bytes.slice(0, -64));
  if (!verify(ik, signed, bundle.bytes.slice(-64))) refuse('bundle-sig');
}

/** Check 10. */
export const hasLink = ({ bytes }: Bundle, tagKey: Bytes | undefined): boolean =>
  same(bytes.slice(-TAG_AND_SIG, -64), tagOf(bytes.slice(0, -TAG_AND_SIG), tagKey));

export const proofOf = (identity: Pair, challenge: Bytes, { room, id }: Bundle): Buffer =>
  sign(identity.privateKey, cat(label('admit'), challenge, room, id));
