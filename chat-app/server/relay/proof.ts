/** A proof is checked at every reconnect: without a trip through the thread pool it costs a quarter less. */
import { verify } from 'node:crypto';
import { fail } from '../../protocol/failure.ts';
import { POINT_BYTES } from '../../protocol/sizes.ts';

/** SubjectPublicKeyInfo of a point on P-256 (RFC 5480), up to the point. */
const SPKI_START = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const UNCOMPRESSED = 4;

/** Fails with `bundle-key` unless `ik` is an uncompressed point on P-256, and with `proof`. */
export function verifyProof(ik: Uint8Array, signed: Uint8Array, proof: Uint8Array): void {
  if (ik.length !== POINT_BYTES || ik[0] !== UNCOMPRESSED) fail('bundle-key');
  if (!holds(ik, signed, proof)) fail('proof');
}

function holds(ik: Uint8Array, signed: Uint8Array, proof: Uint8Array): boolean {
  const key = Buffer.concat([SPKI_START, ik]);
  try {
    return verify('sha256', signed, { key, format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' }, proof);
  } catch {
    return fail('bundle-key');
  }
}
