/** What a room is called, and what its members have in common (e2ee/1, section 3). */
import type { Bytes } from './bytes.ts';
import { compare, concat, label, lp, u16, utf8 } from './bytes.ts';
import { sha256 } from './primitives.ts';

export const ROOM_ID = /^[a-z0-9_-]{1,64}$/;
export const NAME = /^[a-z0-9_-]{1,24}$/;

/** 32 bytes; `roomId` matches ROOM_ID. */
export const roomHash = (roomId: string): Promise<Bytes> => sha256(concat(label('room'), lp(utf8(roomId))));

/** What a chain is for: exactly these members, at exactly this place in the log. */
export interface Roster {
  room: Bytes;
  /** The log's head right after the last membership entry. */
  head: Bytes;
  /** In any order, one's own included. */
  bundleIds: Bytes[];
}

export function rosterHash({ room, head, bundleIds }: Roster): Promise<Bytes> {
  const sorted = bundleIds.toSorted(compare);
  return sha256(concat(label('roster'), room, head, u16(sorted.length), ...sorted));
}
