/** Who I am in all rooms (identity), and in this one for now (session): e2ee/1, sections 2 and 8. */
import { admitSignedBytes } from '../../protocol/admit.ts';
import type { Bundle, Claims } from '../../protocol/bundle.ts';
import { bundleId, claims, signedPart } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, equal, label } from '../../protocol/bytes.ts';
import { BUNDLE_LIFE_MS } from '../../protocol/limits.ts';
import { SUITE } from '../../protocol/suite.ts';
import type { Key, KeyPair } from './primitives.ts';
import { agreementPair, hmac, sign, signingPair, ZEROS } from './primitives.ts';

/** An ECDSA pair: one per browser profile and origin. */
export type Identity = KeyPair;

export const newIdentity = (): Promise<Identity> => signingPair();

export interface Session {
  /** ECDH, not extractable. */
  privateKey: Key;
  bundle: Bundle;
  /** The bundle's id. */
  id: Bytes;
}

export interface Announcement {
  room: Bytes;
  name: string;
  tagKey: Bytes | undefined;
  /** 8 random bytes. */
  sid: Bytes;
  /** Milliseconds since 1970. */
  now: number;
  /** The largest `created` of any bundle that this identity has made for the room; 0 for none. */
  after: number;
}

/** A fresh ECDH pair, and the bundle that announces it for seven days. */
export async function newSession(identity: Identity, { after, now, tagKey, ...said }: Announcement): Promise<Session> {
  const { privateKey, publicKey } = await agreementPair();
  const created = Math.max(now, after + 1);
  const times = { created, expires: created + BUNDLE_LIFE_MS };
  const unsigned = { version: SUITE, ...said, ...times, ik: identity.publicKey, spk: publicKey };
  const bundle = await signBundle(identity, unsigned, tagKey);
  return { privateKey, bundle, id: await bundleId(bundle) };
}

export async function signBundle(identity: Identity, said: Claims, tagKey: Bytes | undefined): Promise<Bundle> {
  const tagged = { ...said, tag: await bundleTag(said, tagKey) };
  return { ...tagged, sig: await sign(identity.privateKey, signedPart(tagged)) };
}

/** Did the author have the same link as I? Both without one counts as yes. */
export const sharesLink = async (bundle: Bundle, tagKey: Bytes | undefined): Promise<boolean> =>
  equal(bundle.tag, await bundleTag(bundle, tagKey));

const bundleTag = async (said: Claims, tagKey: Bytes | undefined): Promise<Bytes> =>
  tagKey ? hmac(tagKey, concat(label('tag'), claims(said))) : ZEROS;

/** What a join and a resume carry, so that nobody uses another's bundle. */
export const admissionProof = (identity: Identity, challenge: Bytes, { bundle, id }: Session): Promise<Bytes> =>
  sign(identity.privateKey, admitSignedBytes(challenge, bundle.room, id));
