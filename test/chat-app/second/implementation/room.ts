/** What a room is, who is in it, and its log (sections 3 and 6). */
import type { Bytes } from './bytes.ts';
import { ascending, base64url, cat, label, lp, refuse, u8, u16, u64, unbase64url, utf8, ZEROS } from './bytes.ts';
import { hash, hkdf } from './primitives.ts';

export const roomOf = (roomId: string): Buffer => hash(label('room'), lp(utf8(roomId)));

export interface LinkKeys {
  salt: Bytes;
  tagKey?: Bytes;
  door?: Bytes;
}

export function linkKeys(secret: Bytes | undefined, room: Bytes): LinkKeys {
  if (!secret) return { salt: ZEROS };
  const all = hkdf(secret, cat(label('link'), room), { length: 96 });
  return { salt: all.subarray(0, 32), tagKey: all.subarray(32, 64), door: all.subarray(64) };
}

export const invite = (host: string, roomId: string, secret: Bytes): string =>
  `${host}/r/${roomId}#k=${base64url(secret)}`;

/** Refused with `door` when what stands after `k=` is no secret. */
export function readInvitation(link: string): { roomId: string; secret: Bytes | undefined } {
  const { pathname, hash: fragment } = new URL(link);
  const roomId = pathname.replace('/r/', '');
  if (!fragment.startsWith('#k=')) return { roomId, secret: undefined };
  const secret = unbase64url(fragment.slice('#k='.length));
  return secret?.length === 32 ? { roomId, secret } : refuse('door');
}

export const rosterOf = (room: Bytes, head: Bytes, ids: readonly Bytes[]): Buffer =>
  hash(label('roster'), room, head, u16(ids.length), ...ascending(ids));

export const entry = {
  join: (bundle: Bytes): Buffer => cat(u8(1), bundle),
  leave: (id: Bytes, reason: number): Buffer => cat(u8(2), id, u8(reason)),
  msg: (msg: Bytes): Buffer => cat(u8(3), msg),
  plain: (plain: Bytes): Buffer => cat(u8(4), plain),
};

export const headAfter = (head: Bytes, seq: number, bytes: Bytes): Buffer =>
  hash(label('log'), head, u64(seq), hash(bytes));

export interface Log {
  seq: number;
  head: Bytes;
  /** The first 16 bytes of the last 512 heads, by seq. */
  views: Map<number, Bytes>;
}

export const logAt = (seq: number, head: Bytes): Log => ({ seq, head, views: new Map([[seq, head.slice(0, 16)]]) });

export function logAfter({ seq, head, views }: Log, bytes: Bytes): Log {
  const next = headAfter(head, seq + 1, bytes);
  const kept = [...views, [seq + 1, next.subarray(0, 16)] as const].slice(-512);
  return { seq: seq + 1, head: next, views: new Map(kept) };
}
