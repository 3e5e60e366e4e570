/** A chain's seed on its way to one member (e2ee/1, section 4): iv 12 ‖ AES(seed ‖ sigPub). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, label } from '../../protocol/bytes.ts';
import { IV_BYTES } from '../../protocol/sizes.ts';
import type { Chain, ChainSecret } from './chain.ts';
import type { Key } from './primitives.ts';
import { decrypt, encrypt, opened } from './primitives.ts';

/** For whom, by bundle id, with which wrap key. */
export interface Addressee {
  to: Bytes;
  key: Key;
}

/** 125 bytes; `iv` is 12 fresh random bytes. */
export async function sealEnvelope(
  chain: Chain,
  { seed, sigPub, iv }: ChainSecret & { iv: Bytes },
  { to, key }: Addressee,
): Promise<Bytes> {
  const plain = concat(seed, sigPub);
  const sealed = await encrypt(key, { iv, aad: envelopeAad(chain, to) }, plain);
  plain.fill(0);
  return concat(iv, sealed);
}

/** seed ‖ sigPub, for `followChain`; fails with `envelope-auth`. */
export async function openEnvelope(chain: Chain, envelope: Bytes, { to, key }: Addressee): Promise<Bytes> {
  const nonce = { iv: envelope.slice(0, IV_BYTES), aad: envelopeAad(chain, to) };
  return opened(await decrypt(key, nonce, envelope.slice(IV_BYTES)), 'envelope-auth');
}

const envelopeAad = ({ room, from, id, roster }: Chain, to: Bytes): Bytes =>
  concat(label('env'), room, from, to, id, roster);
