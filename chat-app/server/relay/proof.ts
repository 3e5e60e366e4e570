/** A proof is checked at every reconnect: without a trip through the thread pool it costs a fraction. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { fail } from '../../protocol/failure.ts';

/** SubjectPublicKeyInfo of a point on P-256 (RFC 5480), up to the point. */
const SPKI_START = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const POINT_BYTES = 65;
const UNCOMPRESSED = 4;

/** Fails with `bundle-key` unless `ik` is an uncompressed point on P-256, and with `proof`. */
export function verifyProof(ik: Uint8Array, signed: Uint8Array, proof: Uint8Array): void {
  const key = { key: keyOfPoint(ik), dsaEncoding: 'ieee-p1363' as const };
  if (!verify('sha256', signed, key, proof)) fail('proof');
}

function keyOfPoint(ik: Uint8Array): KeyObject {
  if (ik.length !== POINT_BYTES || ik[0] !== UNCOMPRESSED) fail('bundle-key');
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_START, ik]), format: 'der', type: 'spki' });
  } catch {
    return fail('bundle-key');
  }
}
