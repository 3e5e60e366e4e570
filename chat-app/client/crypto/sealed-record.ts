/** What this browser keeps for itself, sealed under a key that cannot be read out (e2ee/1, section 11). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, label, utf8 } from '../../protocol/bytes.ts';
import { IV_BYTES } from '../../protocol/sizes.ts';
import { pack, unpack } from './pack.ts';
import type { Key } from './primitives.ts';
import { decrypt, encrypt, opened, random, storageKey } from './primitives.ts';

/** Can be cloned and stored. */
export interface SealedRecord {
  /** 12 fresh random bytes. */
  iv: Bytes;
  sealed: Bytes;
}

/** Where a record is kept: it opens at no other place. */
export type Place = readonly (string | number)[];

/** AES-256-GCM, not extractable; one per browser profile and origin. */
export const newVaultKey = (): Promise<Key> => storageKey();

/** `value` is plain data with bytes, maps and sets in it. */
export async function sealRecord(key: Key, place: Place, value: object | string): Promise<SealedRecord> {
  const iv = random(IV_BYTES);
  const plain = pack(value);
  const sealed = await encrypt(key, { iv, aad: aad(place) }, plain);
  plain.fill(0);
  return { iv, sealed };
}

/** Fails with `no-storage` when it was not sealed under this key for this place. */
export async function openRecord(key: Key, place: Place, { iv, sealed }: SealedRecord): Promise<unknown> {
  const plain = opened(await decrypt(key, { iv, aad: aad(place) }, sealed), 'no-storage');
  const value = unpack(plain);
  plain.fill(0);
  return value;
}

const aad = (place: Place): Bytes => concat(label('vault'), utf8(JSON.stringify(place)));
