/** A member with good keys who seals whatever a test wants: bad content, wild indices, lies about the log. */
import type { Bundle } from '../implementation/bundle.ts';
import { makeBundle } from '../implementation/bundle.ts';
import type { Bytes } from '../implementation/bytes.ts';
import { base64url, cat, u32, ZEROS } from '../implementation/bytes.ts';
import type { Lane, SendingChain } from '../implementation/chain.ts';
import { sealEnvelope, startChain, step, wrapKey } from '../implementation/chain.ts';
import { aadOf } from '../implementation/message.ts';
import type { Pair } from '../implementation/primitives.ts';
import { encrypt, newPair, random, sign } from '../implementation/primitives.ts';
import { linkKeys, roomOf, rosterOf } from '../implementation/room.ts';

export interface Villain {
  bundle: Bundle;
  spk: Pair;
  chain: SendingChain;
  secret: Bytes;
  salt: Bytes;
}

export interface Scene {
  roomId: string;
  secret: Bytes;
  /** Everybody else in the room. */
  readers: readonly Bundle[];
}

/** In the room from the beginning, where the head is zeros. */
export function villain({ roomId, secret, readers }: Scene, { bundle, spk }: Pick<Villain, 'bundle' | 'spk'>): Villain {
  const room = roomOf(roomId);
  const roster = rosterOf(room, ZEROS, [bundle.id, ...readers.map(({ id }) => id)]);
  const started = startChain({ room, from: bundle.id, roster }, Date.now());
  return { bundle, spk, ...started, salt: linkKeys(secret, room).salt };
}

export function disguise(roomId: string, secret: Bytes, name: string): Pick<Villain, 'bundle' | 'spk'> {
  const [identity, spk, created] = [newPair(), newPair(), Date.now()];
  const keys = { ik: identity.point, spk: spk.point, sid: random(8) };
  const room = roomOf(roomId);
  const claims = { room, name, ...keys, created, expires: created + 86_400_000 };
  return { spk, bundle: makeBundle(identity, claims, linkKeys(secret, room).tagKey) };
}

/** What one reader gets before the first line. */
export function keyFor({ bundle, spk, chain, secret, salt }: Villain, { id: to, spk: theirs }: Bundle): Buffer {
  const direction = { room: chain.room, from: bundle.id, to, salt };
  const key = wrapKey(spk.privateKey, theirs, direction);
  return cat(bundle.sid, chain.id, chain.roster, sealEnvelope(chain, secret, { to, key, iv: random(12) }));
}

export interface Trick {
  lane: Lane;
  /** As it is encrypted: with whatever padding. */
  padded: Bytes;
  i: number;
  id: Bytes;
}

/** A message whose signature and encryption are good. */
export function trick({ bundle, chain }: Villain, { lane, padded, i, id }: Trick): Buffer {
  const [aad, iv] = [aadOf(lane, chain, { i, id }), random(12)];
  const ct = encrypt({ key: keyAt(chain, lane, i), iv, aad }, padded);
  return cat(bundle.sid, chain.id, u32(i), id, iv, ct, sign(chain.signer, cat(aad, iv, ct)));
}

function keyAt({ lanes }: SendingChain, lane: Lane, i: number): Bytes {
  let { next, mk } = step(lanes[lane].key, lane);
  for (let at = 0; at < i; at++) ({ next, mk } = step(next, lane));
  return mk;
}

export const announced = ({ bundle }: Pick<Villain, 'bundle'>): string => base64url(bundle.bytes);
