/** Fixed private keys for known answers. The product itself never makes a key from bytes. */
import type { Bytes } from '../../../../../chat-app/protocol/bytes.ts';
import type { Key } from '../../../../../chat-app/protocol/primitives.ts';
import { AGREEMENT, SIGNING } from '../../../../../chat-app/protocol/primitives.ts';
import { base64url, unhex } from '../../../../../chat-app/protocol/text.ts';

export function bytes(hex: string): Bytes {
  const decoded = unhex(hex);
  if (!decoded) throw new Error(`not hexadecimal: ${hex}`);
  return decoded;
}

export const signingKey = (d: Bytes, point: Bytes): Promise<Key> => importPrivate(d, point, 'sign');
export const agreementPrivateKey = (d: Bytes, point: Bytes): Promise<Key> => importPrivate(d, point, 'deriveBits');

function importPrivate(d: Bytes, point: Bytes, use: 'sign' | 'deriveBits'): Promise<Key> {
  const [x, y] = [base64url(point.slice(1, 33)), base64url(point.slice(33))];
  const jwk = { kty: 'EC', crv: 'P-256', d: base64url(d), x, y };
  return crypto.subtle.importKey('jwk', jwk, use === 'sign' ? SIGNING : AGREEMENT, false, [use]);
}
