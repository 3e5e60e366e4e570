/** The room's link secret: what comes of it, and how it travels in an invitation (e2ee/1, section 3). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, equal, label } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { base64url, unbase64url } from '../../protocol/text.ts';
import { hkdf, random, ZEROS } from './primitives.ts';

export const SECRET_BYTES = 32;

export interface LinkKeys {
  /** Salts every wrap key; zeros without a link secret. */
  salt: Bytes;
  /** Tags one's bundles, so that other members know who has the link. */
  tagKey: Bytes | undefined;
  /** For the relay: lets in, opens nothing. */
  door: Bytes | undefined;
}

export async function linkKeys(secret: Bytes | undefined, room: Bytes): Promise<LinkKeys> {
  if (!secret) return { salt: ZEROS, tagKey: undefined, door: undefined };
  const all = await hkdf(secret, { info: concat(label('link'), room), length: 96 });
  return { salt: all.slice(0, 32), tagKey: all.slice(32, 64), door: all.slice(64) };
}

export const newLinkSecret = (): Bytes => random(SECRET_BYTES);

/** `#k=` and 43 characters: a fragment, which no browser sends to a server. */
export const encodeFragment = (secret: Bytes): string => `#k=${base64url(secret)}`;

/** `host` with its scheme, without a slash at the end. */
export const invitation = (host: string, roomId: string, secret?: Bytes): string =>
  `${host}/r/${roomId}${secret ? encodeFragment(secret) : ''}`;

/** The secret in a fragment, undefined without `k`; fails with `door` when `k` is not 32 bytes. */
export function decodeFragment(fragment: string): Bytes | undefined {
  const text = /^#(?:.*&)?k=([^&]*)/.exec(fragment)?.[1];
  if (text === undefined) return undefined;
  const secret = unbase64url(text);
  return secret?.length === SECRET_BYTES ? secret : fail('door', 'the link is damaged');
}

/** Which secret to use; `ask` when the browser has another one than it was just given. */
export function chooseSecret(kept: Bytes | undefined, given: Bytes | undefined): Bytes | undefined | 'ask' {
  if (!kept || !given) return kept ?? given;
  return equal(kept, given) ? kept : 'ask';
}
