/** The log of a room as every member hashes it (e2ee/1, section 6). */
import type { Bytes } from './bytes.ts';
import { concat, label, u8, u64 } from './bytes.ts';
import { sha256 } from './primitives.ts';

/** Why a member is gone, as the number on the wire (section 7). */
export const LEAVE = { left: 1, timeout: 2, expired: 3, replaced: 4, evicted: 5 } as const;
export type LeaveReason = (typeof LEAVE)[keyof typeof LEAVE];

export type Entry =
  | { type: 'join'; bundle: Bytes }
  | { type: 'leave'; bundleId: Bytes; reason: LeaveReason }
  | { type: 'msg'; msg: Bytes }
  | { type: 'plain'; plain: Bytes };

export function entryBytes(entry: Entry): Bytes {
  switch (entry.type) {
    case 'join':
      return concat(u8(1), entry.bundle);
    case 'leave':
      return concat(u8(2), entry.bundleId, u8(entry.reason));
    case 'msg':
      return concat(u8(3), entry.msg);
    case 'plain':
      return concat(u8(4), entry.plain);
  }
}

/** The head after entry number `seq`, which follows `head`; before the first entry it is 32 zero bytes. */
export const nextHead = async (head: Bytes, seq: number, entry: Entry): Promise<Bytes> =>
  sha256(concat(label('log'), head, u64(seq), await sha256(entryBytes(entry))));
