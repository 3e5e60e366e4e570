/** Chains: how they begin, how they travel, and one key for each message (section 4). */
import type { KeyObject } from 'node:crypto';
import type { Bytes } from './bytes.ts';
import { cat, label, refuse, same } from './bytes.ts';
import type { Pair } from './primitives.ts';
import { decrypt, ecdh, encrypt, hash, hkdf, newPair, publicKey, random } from './primitives.ts';

export type Lane = 'msg' | 'eph';
export const LANE_LIMIT = { msg: 500, eph: 1000 } as const;

/** Whose chain, and for whom. */
export interface Origin {
  room: Bytes;
  /** The sender's bundle id. */
  from: Bytes;
  roster: Bytes;
}

export interface Chain extends Origin {
  id: Bytes;
}

export interface Ratchet {
  key: Bytes;
  next: number;
  /** Keys of messages that were skipped. */
  kept: Map<number, { key: Bytes; since: number }>;
}

export interface SendingChain extends Chain {
  signer: KeyObject;
  lanes: Record<Lane, Ratchet>;
  born: number;
}

export interface ReceivingChain extends Chain {
  /** Hexadecimal. */
  sid: string;
  verifier: KeyObject;
  lanes: Record<Lane, Ratchet>;
}

export const chainId = ({ room, from, roster }: Origin, secret: Bytes): Buffer =>
  hash(label('chain'), room, from, roster, secret).subarray(0, 16);

export function lanesOf(seed: Bytes): Record<Lane, Ratchet> {
  const both = hkdf(seed, label('seed'), { length: 64 });
  const ratchet = (key: Bytes): Ratchet => ({ key, next: 0, kept: new Map() });
  return { msg: ratchet(both.subarray(0, 32)), eph: ratchet(both.subarray(32)) };
}

export function step(key: Bytes, lane: Lane): { next: Bytes; mk: Bytes } {
  const both = hkdf(key, label(lane === 'msg' ? 'step' : 'eph-step'), { length: 64 });
  return { next: both.subarray(0, 32), mk: both.subarray(32) };
}

/** The chain, and its secret: seed ‖ sigPub. `seed` and `pair` are random but for vectors. */
export function startChain(origin: Origin, born: number, fixed: { seed?: Bytes; pair?: Pair } = {}) {
  const { seed = random(32), pair = newPair() } = fixed;
  const secret = cat(seed, pair.point);
  const id = chainId(origin, secret);
  const chain: SendingChain = { ...origin, id, signer: pair.privateKey, lanes: lanesOf(seed), born };
  return { chain, secret };
}

export const isWorn = ({ lanes, born }: SendingChain, now: number): boolean =>
  lanes.msg.next >= LANE_LIMIT.msg || lanes.eph.next >= LANE_LIMIT.eph || now - born > 86_400_000;

export interface Direction {
  room: Bytes;
  from: Bytes;
  to: Bytes;
  salt: Bytes;
}

/** K(from→to), from one's own private key and the other's point. */
export const wrapKey = (own: KeyObject, spk: Bytes, { room, from, to, salt }: Direction): Buffer =>
  hkdf(ecdh(own, publicKey(spk, 'bundle-key')), cat(label('wrap'), room, from, to), { length: 32, salt });

/** To whom, with which wrap key. */
export interface Reader {
  to: Bytes;
  key: Bytes;
}

export const sealEnvelope = (chain: Chain, secret: Bytes, { to, key, iv }: Reader & { iv: Bytes }): Buffer =>
  cat(iv, encrypt({ key, iv, aad: envelopeAad(chain, to) }, secret));

/** seed ‖ sigPub */
export const openEnvelope = (chain: Chain, envelope: Bytes, { to, key }: Reader): Buffer =>
  decrypt({ key, iv: envelope.slice(0, 12), aad: envelopeAad(chain, to) }, envelope.slice(12), 'envelope-auth');

const envelopeAad = ({ room, from, id, roster }: Chain, to: Bytes): Buffer =>
  cat(label('env'), room, from, to, id, roster);

/** Checks 6 and 7 of taking a chain over. */
export function followChain(chain: Chain & { sid: string }, secret: Bytes): ReceivingChain {
  if (!same(chainId(chain, secret), chain.id)) refuse('chain-commit');
  const verifier = publicKey(secret.slice(32), 'envelope-auth');
  return { ...chain, verifier, lanes: lanesOf(secret.slice(0, 32)) };
}
