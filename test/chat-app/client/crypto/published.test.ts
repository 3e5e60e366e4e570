/**
 * Project Wycheproof's vectors through the client's functions. They are not part of this repository:
 * BYTECHAT_TEST_VECTORS names their folder. Where they are missing, these tests are skipped, unless it is set.
 */
import { describe, expect, test } from 'vitest';
import {
  aesKey,
  agree,
  agreementKey,
  decrypt,
  encrypt,
  hkdf,
  verify,
  verifyingKey,
} from '../../../../chat-app/client/crypto/primitives.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { concat, u8 } from '../../../../chat-app/protocol/bytes.ts';
import { Failure } from '../../../../chat-app/protocol/failure.ts';
import { hex, unbase64url } from '../../../../chat-app/protocol/text.ts';
import { agreementPrivateKey, bytes } from './support/fixed-keys.ts';

const named: string | undefined = import.meta.env.BYTECHAT_TEST_VECTORS;
const folder = named ? `file://${named}/` : new URL('../../../../../shared/vectors/', import.meta.url).href;

interface Suite<Group, Case> {
  testGroups: (Group & { tests: (Case & { tcId: number; result: 'valid' | 'invalid' | 'acceptable' })[] })[];
}

async function load<Group, Case>(file: string): Promise<Suite<Group, Case>['testGroups']> {
  try {
    const suite = await import(/* @vite-ignore */ `${folder}${file}`);
    return (suite.default as Suite<Group, Case>).testGroups;
  } catch (error) {
    if (named) throw error;
    return [];
  }
}

type AeadCase = Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>;
const aead = (await load<{ keySize: number; ivSize: number }, AeadCase>('aes_gcm_test.json'))
  .filter(({ keySize, ivSize }) => keySize === 256 && ivSize === 96)
  .flatMap(({ tests }) => tests);

describe.skipIf(aead.length === 0)('AES-256-GCM, iv of 12 bytes', () => {
  test('all 66 cases are there', () => expect(aead).toHaveLength(66));

  test.each(aead)('case $tcId is $result', async ({ result, key, iv, aad, msg, ct, tag }) => {
    const nonce = { iv: bytes(iv), aad: bytes(aad) };
    const opened = await decrypt(await aesKey(bytes(key), 'decrypt'), nonce, bytes(ct + tag));
    expect(opened && hex(opened)).toBe(result === 'valid' ? msg : undefined);
    if (result !== 'valid') return;
    expect(hex(await encrypt(await aesKey(bytes(key), 'encrypt'), nonce, bytes(msg)))).toBe(ct + tag);
  });
});

type HkdfCase = Record<'ikm' | 'salt' | 'info' | 'okm', string> & { size: number };
const derivations = (await load<object, HkdfCase>('hkdf_sha256_test.json')).flatMap(({ tests }) => tests);

describe.skipIf(derivations.length === 0)('HKDF-SHA-256', () => {
  test('all 86 cases are there', () => expect(derivations).toHaveLength(86));

  test.each(derivations)('case $tcId is $result', async ({ result, ikm, salt, info, size, okm }) => {
    const derived = hkdf(bytes(ikm), { info: bytes(info), length: size, salt: bytes(salt) });
    if (result === 'valid') expect(hex(await derived)).toBe(okm);
    else await expect(derived).rejects.toThrow();
  });
});

type SignatureGroup = { publicKey: { uncompressed: string } };
const signatures = (
  await load<SignatureGroup, { msg: string; sig: string }>('ecdsa_secp256r1_sha256_p1363_test.json')
).flatMap(({ publicKey, tests }) => tests.map(each => ({ ...each, point: publicKey.uncompressed })));

describe.skipIf(signatures.length === 0)('ECDSA on P-256 with SHA-256, r‖s', () => {
  test('all 262 cases are there', () => expect(signatures).toHaveLength(262));

  test.each(signatures)('case $tcId is $result', async ({ result, point, msg, sig }) => {
    const key = await verifyingKey(bytes(point), 'bundle-key');
    expect(await verify(key, bytes(sig), bytes(msg))).toBe(result === 'valid');
  });
});

interface JwkCase {
  public: { crv?: string; x?: string; y?: string };
  private: { d: string; x: string; y: string };
  shared: string;
}
const agreements = (await load<object, JwkCase>('ecdh_secp256r1_webcrypto_test.json')).flatMap(({ tests }) => tests);

/** The point as a bundle would carry it. */
const pointOf = ({ x = '', y = '' }: { x?: string; y?: string }): Bytes =>
  concat(u8(4), unbase64url(x) ?? new Uint8Array(), unbase64url(y) ?? new Uint8Array());

describe.skipIf(agreements.length === 0)('ECDH on P-256', () => {
  test('all 353 cases are there', () => expect(agreements).toHaveLength(353));

  test.each(agreements)('case $tcId is $result', async each => {
    const point = pointOf(each.public);
    if (each.result !== 'valid') {
      await expect(agreementKey(point, 'bundle-key')).rejects.toThrow(Failure);
      return;
    }
    const d = unbase64url(each.private.d) ?? new Uint8Array();
    const privateKey = await agreementPrivateKey(d, pointOf(each.private));
    expect(hex(await agree(privateKey, await agreementKey(point, 'bundle-key')))).toBe(each.shared);
  });
});

const SPKI = /^30(?:59|39)301306072a8648ce3d020106082a8648ce3d030107032?(?:4200|2200)/;
const encoded = (await load<object, { public: string; comment: string }>('ecdh_secp256r1_test.json'))
  .flatMap(({ tests }) => tests)
  .map(each => ({ ...each, point: each.public.replace(SPKI, '') }));

describe.skipIf(encoded.length === 0)('compressed points', () => {
  const compressed = encoded.filter(({ point }) => /^0[23].{64}$/.test(point));
  test('there is one at least', () => expect(compressed.length).toBeGreaterThan(0));

  test.each(compressed)('case $tcId is refused, whatever the runtime thinks of it', async ({ point }) => {
    await expect(agreementKey(bytes(point), 'bundle-key')).rejects.toMatchObject({ code: 'bundle-key' });
    await expect(verifyingKey(bytes(point), 'bundle-key')).rejects.toMatchObject({ code: 'bundle-key' });
  });
});
