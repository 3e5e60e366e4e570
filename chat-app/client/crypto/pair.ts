/** The key that wraps chains from one member to another, one per direction (e2ee/1, section 4). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, label } from '../../protocol/bytes.ts';
import type { AesUse, Key } from './primitives.ts';
import { agree, agreementKey, derivedAesKey } from './primitives.ts';

export interface Pair {
  room: Bytes;
  /** Both bundle ids are part of the key, which excludes reflection and unknown key share. */
  from: Bytes;
  to: Bytes;
  /** From the link secret. */
  salt: Bytes;
}

/** Not extractable. `spk` is the other one's, whichever direction it is. */
export async function pairKey(own: { privateKey: Key; spk: Bytes }, pair: Pair, use: AesUse): Promise<Key> {
  const shared = await agree(own.privateKey, await agreementKey(own.spk, 'bundle-key'));
  const info = concat(label('wrap'), pair.room, pair.from, pair.to);
  return derivedAesKey(shared, { info, salt: pair.salt }, use);
}
