/** The private half of the cryptography: all of Web Crypto that the client uses beyond the protocol's own. */
import type { Bytes } from '../../protocol/bytes.ts';
import type { Code } from '../../protocol/failure.ts';
import { fail } from '../../protocol/failure.ts';
import type { Key } from '../../protocol/primitives.ts';
import { AGREEMENT, SIGNATURE, SIGNING, ZEROS } from '../../protocol/primitives.ts';

export { agreementKey, type Key, sha256, verify, verifyingKey, ZEROS } from '../../protocol/primitives.ts';

const { crypto } = globalThis;
const { subtle } = crypto;

/** The private key cannot be read out, only used. */
export interface KeyPair {
  privateKey: Key;
  /** An uncompressed point, 65 bytes. */
  publicKey: Bytes;
}

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const handle = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', handle, data));
}

export interface Derivation {
  info: Bytes;
  /** Bytes wanted. */
  length: number;
  /** Default: 32 zero bytes. */
  salt?: Bytes;
}

/** HKDF-SHA-256 (RFC 5869). */
export async function hkdf(ikm: Bytes, { info, length, salt = ZEROS }: Derivation): Promise<Bytes> {
  const handle = await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
  const bits = await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, handle, length * 8);
  return new Uint8Array(bits);
}

export interface Stretching {
  salt: Bytes;
  rounds: number;
  /** Bytes wanted. */
  length: number;
}

/** PBKDF2-HMAC-SHA-512 (RFC 8018). */
export async function pbkdf2(password: Bytes, { salt, rounds, length }: Stretching): Promise<Bytes> {
  const handle = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: rounds };
  return new Uint8Array(await subtle.deriveBits(algorithm, handle, length * 8));
}

export async function signingPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await subtle.generateKey(SIGNING, false, ['sign', 'verify']);
  return { privateKey, publicKey: new Uint8Array(await subtle.exportKey('raw', publicKey)) };
}

export async function agreementPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await subtle.generateKey(AGREEMENT, false, ['deriveBits']);
  return { privateKey, publicKey: new Uint8Array(await subtle.exportKey('raw', publicKey)) };
}

/** 64 bytes `r‖s`. */
export const sign = async (privateKey: Key, data: Bytes): Promise<Bytes> =>
  new Uint8Array(await subtle.sign(SIGNATURE, privateKey, data));

/** The x coordinate, 32 bytes. */
export const agree = async (privateKey: Key, publicKey: Key): Promise<Bytes> =>
  new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256));

export type AesUse = 'encrypt' | 'decrypt';

/** HKDF straight into an AES-256-GCM key that cannot be read back. `ikm` is overwritten. */
export async function derivedAesKey(
  ikm: Bytes,
  { info, salt }: { info: Bytes; salt: Bytes },
  use: AesUse,
): Promise<Key> {
  const handle = await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveKey']);
  ikm.fill(0);
  const from = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return subtle.deriveKey(from, handle, { name: 'AES-GCM', length: 256 }, false, [use]);
}

/** `raw` is 32 bytes. */
export const aesKey = (raw: Bytes, use: AesUse): Promise<Key> => subtle.importKey('raw', raw, 'AES-GCM', false, [use]);

/** AES-256-GCM for what stays in this browser; it cannot be read back. */
export const storageKey = (): Promise<Key> =>
  subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);

/** Fresh for every use of a key. */
export interface Nonce {
  iv: Bytes;
  aad: Bytes;
}

/** The ciphertext with its tag of 16 bytes at the end. */
export const encrypt = async (key: Key, { iv, aad }: Nonce, plain: Bytes): Promise<Bytes> =>
  new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, plain));

/** Undefined when it does not authenticate. */
export async function decrypt(key: Key, { iv, aad }: Nonce, sealed: Bytes): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, sealed));
  } catch {
    return undefined;
  }
}

/** Two halves of what HKDF gave; the whole is overwritten. */
export function halves(bytes: Bytes): [Bytes, Bytes] {
  const pair: [Bytes, Bytes] = [bytes.slice(0, bytes.length / 2), bytes.slice(bytes.length / 2)];
  bytes.fill(0);
  return pair;
}

/** What `decrypt` could not open fails with `code`. */
export const opened = (plain: Bytes | undefined, code: Code): Bytes => plain ?? fail(code);
