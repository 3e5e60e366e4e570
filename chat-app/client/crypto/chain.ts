/** A sender's chain: one seed, wrapped once for each member, and from it one key per message (e2ee/1, section 4). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, equal, label } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { CHAIN_LIFE_MS } from '../../protocol/limits.ts';
import { CHAIN_BYTES, SEED_BYTES } from '../../protocol/sizes.ts';
import type { Key, KeyPair } from './primitives.ts';
import { halves, hkdf, sha256, verifyingKey } from './primitives.ts';
import type { Lane, Ratchet, ReceivingRatchet } from './ratchet.ts';
import { erase, LANE_LIMIT } from './ratchet.ts';

/** Whose chain it is, and for whom. */
export interface ChainOrigin {
  room: Bytes;
  /** The sender's bundle id. */
  from: Bytes;
  /** The hash of exactly those who may read. */
  roster: Bytes;
}

/** What an envelope carries. */
export interface ChainSecret {
  seed: Bytes;
  /** Verifies every message of the chain. */
  sigPub: Bytes;
}

/** What a message is bound to: `room`, `from` and `roster` go into every AAD. */
export interface Chain extends ChainOrigin {
  id: Bytes;
}

export interface SendingChain extends Chain {
  signer: Key;
  lanes: Record<Lane, Ratchet>;
  /** Milliseconds since 1970. */
  born: number;
}

export interface ReceivingChain extends Chain {
  /** The sender's session, hexadecimal. */
  sid: string;
  sigPub: Bytes;
  verifier: Key;
  lanes: Record<Lane, ReceivingRatchet>;
}

/** Commits to the seed and the signing key: one id cannot mean two keys for two members. */
export async function chainId({ room, from, roster }: ChainOrigin, { seed, sigPub }: ChainSecret): Promise<Bytes> {
  const hash = await sha256(concat(label('chain'), room, from, roster, seed, sigPub));
  return hash.slice(0, CHAIN_BYTES);
}

/** The first keys of both lanes. */
export async function firstKeys(seed: Bytes): Promise<Record<Lane, Bytes>> {
  const [msg, eph] = halves(await hkdf(seed, { info: label('seed'), length: 64 }));
  return { msg, eph };
}

export interface Start {
  seed: Bytes;
  signer: KeyPair;
  /** Milliseconds since 1970. */
  now: number;
}

/** `seed` stays, to be wrapped for the members; the caller overwrites it then. */
export async function startChain(origin: ChainOrigin, { seed, signer, now }: Start): Promise<SendingChain> {
  const { msg, eph } = await firstKeys(seed);
  return {
    ...origin,
    id: await chainId(origin, { seed, sigPub: signer.publicKey }),
    signer: signer.privateKey,
    lanes: { msg: { key: msg, next: 0 }, eph: { key: eph, next: 0 } },
    born: now,
  };
}

/** A chain ends after 500 messages, 1,000 events or 24 hours. */
export const isWorn = ({ lanes, born }: SendingChain, now: number): boolean =>
  lanes.msg.next >= LANE_LIMIT.msg || lanes.eph.next >= LANE_LIMIT.eph || now - born > CHAIN_LIFE_MS;

export interface Announced extends Chain {
  sid: string;
}

/** What came out of an envelope becomes a chain; fails with `chain-commit` or `envelope-auth`. `secret` is overwritten. */
export async function followChain(chain: Announced, secret: Bytes): Promise<ReceivingChain> {
  const [seed, sigPub] = [secret.slice(0, SEED_BYTES), secret.slice(SEED_BYTES)];
  secret.fill(0);
  if (!equal(chain.id, await chainId(chain, { seed, sigPub }))) fail('chain-commit');
  const verifier = await verifyingKey(sigPub, 'envelope-auth');
  const { msg, eph } = await firstKeys(seed);
  seed.fill(0);
  const lanes = { msg: { key: msg, next: 0, skipped: new Map() }, eph: { key: eph, next: 0, skipped: new Map() } };
  return { ...chain, sigPub, verifier, lanes };
}

/** Overwrites every key of a chain that has ended. */
export function eraseChain({ lanes }: { lanes: Record<Lane, Ratchet> }): void {
  erase(lanes.msg);
  erase(lanes.eph);
}
