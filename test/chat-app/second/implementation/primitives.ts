/** All of the cryptography, on node:crypto (section 1). */
import type { KeyObject } from 'node:crypto';
import * as node from 'node:crypto';
import type { Bytes } from './bytes.ts';
import { base64url, cat, refuse, ZEROS } from './bytes.ts';

export interface Pair {
  privateKey: KeyObject;
  /** 65 bytes. */
  point: Buffer;
}

export const random = (length: number): Buffer => node.randomBytes(length);

export const hash = (...parts: Bytes[]): Buffer =>
  node
    .createHash('sha256')
    .update(cat(...parts))
    .digest();

export const hmac = (key: Bytes, data: Bytes): Buffer => node.createHmac('sha256', key).update(data).digest();

export interface Expansion {
  length: number;
  salt?: Bytes;
}

export const hkdf = (ikm: Bytes, info: Bytes, { length, salt = ZEROS }: Expansion): Buffer =>
  Buffer.from(node.hkdfSync('sha256', ikm, salt, info, length));

export const pbkdf2 = (password: Bytes, salt: Bytes, length: number): Buffer =>
  node.pbkdf2Sync(password, salt, 5200, length, 'sha512');

export function newPair(): Pair {
  const { privateKey, publicKey } = node.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, point: cat(Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')) };
}

/** For vectors only. */
export function pairOf(scalar: Bytes): Pair {
  const ecdh = node.createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const key = { ...jwkOf(point), d: base64url(scalar) };
  return { privateKey: node.createPrivateKey({ key, format: 'jwk' }), point };
}

const jwkOf = (point: Bytes) => ({
  kty: 'EC',
  crv: 'P-256',
  x: base64url(point.slice(1, 33)),
  y: base64url(point.slice(33)),
});

/** Refused with `code` unless it is an uncompressed point on the curve. */
export function publicKey(point: Bytes, code: string): KeyObject {
  if (point.length !== 65 || point[0] !== 4) refuse(code);
  try {
    return node.createPublicKey({ key: jwkOf(point), format: 'jwk' });
  } catch {
    return refuse(code);
  }
}

export const ecdh = (privateKey: KeyObject, other: KeyObject): Buffer =>
  node.diffieHellman({ privateKey, publicKey: other });

export const sign = (key: KeyObject, data: Bytes): Buffer =>
  node.sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });

export const verify = (key: KeyObject, data: Bytes, signature: Bytes): boolean =>
  node.verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);

export interface Lock {
  key: Bytes;
  iv: Bytes;
  aad: Bytes;
}

export function encrypt({ key, iv, aad }: Lock, plain: Bytes): Buffer {
  const cipher = node.createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  return cat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Refused with `code` when it does not authenticate. */
export function decrypt({ key, iv, aad }: Lock, sealed: Bytes, code: string): Buffer {
  const decipher = node.createDecipheriv('aes-256-gcm', key, iv).setAAD(aad).setAuthTag(sealed.slice(-16));
  const plain = decipher.update(sealed.slice(0, -16));
  try {
    return cat(plain, decipher.final());
  } catch {
    return refuse(code);
  }
}
