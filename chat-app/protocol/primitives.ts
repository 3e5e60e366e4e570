/** The public half of the cryptography, which the relay needs too: hashing, signatures, points (e2ee/1, section 1). */
import type { Bytes } from './bytes.ts';
import type { Code } from './failure.ts';
import { fail } from './failure.ts';
import { HASH_BYTES, POINT_BYTES } from './sizes.ts';

const { subtle } = globalThis.crypto;

/** A Web Crypto key, whatever the runtime calls its type. */
export type Key = Awaited<ReturnType<typeof subtle.importKey>>;

/** Not to be written to. */
export const ZEROS: Bytes = new Uint8Array(HASH_BYTES);

export const sha256 = async (data: Bytes): Promise<Bytes> => new Uint8Array(await subtle.digest('SHA-256', data));

export const SIGNING = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const AGREEMENT = { name: 'ECDH', namedCurve: 'P-256' } as const;
export const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** False also for a signature that is not 64 bytes `r‖s`. */
export const verify = (key: Key, signature: Bytes, data: Bytes): Promise<boolean> =>
  subtle.verify(SIGNATURE, key, signature, data);

/** An ECDSA public key; fails with `code` unless `point` is an uncompressed point on P-256. */
export const verifyingKey = (point: Bytes, code: Code): Promise<Key> => importPoint(point, code, 'verify');

/** An ECDH public key; fails with `code` unless `point` is an uncompressed point on P-256. */
export const agreementKey = (point: Bytes, code: Code): Promise<Key> => importPoint(point, code, 'agree');

/** The form is checked here, because some runtimes take compressed points; the import checks the curve. */
async function importPoint(point: Bytes, code: Code, use: 'verify' | 'agree'): Promise<Key> {
  if (point.length !== POINT_BYTES || point[0] !== 4) fail(code, 'not an uncompressed point');
  try {
    return use === 'verify'
      ? await subtle.importKey('raw', point, SIGNING, false, ['verify'])
      : await subtle.importKey('raw', point, AGREEMENT, false, []);
  } catch {
    return fail(code, 'not a point on P-256');
  }
}
