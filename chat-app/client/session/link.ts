import type { Bytes } from '../../protocol/bytes.ts';
import { Failure } from '../../protocol/failure.ts';
import { ROOM_ID } from '../../protocol/room.ts';
import { decodeFragment } from '../crypto/index.ts';

export interface Address {
  /** `/r/<roomId>`, or anything else. */
  pathname: string;
  /** With its `#`. */
  hash: string;
}

export interface Link {
  roomId: string | undefined;
  /** What follows `k=`: a secret, nothing, or something that is no secret. */
  secret: Bytes | 'none' | 'damaged';
}

/** What the page's own address says about a room (e2ee/1, section 3). */
export function readLink({ pathname, hash }: Address): Link {
  const roomId = pathname.match(/^\/r\/([^/]+)\/?$/)?.[1];
  return { roomId: roomId && ROOM_ID.test(roomId) ? roomId : undefined, secret: readSecret(hash) };
}

function readSecret(hash: string): Link['secret'] {
  try {
    return decodeFragment(hash) ?? 'none';
  } catch (error) {
    if (error instanceof Failure) return 'damaged';
    throw error;
  }
}

/** A room's address without its secret: what the address bar shows. */
export const roomPath = (roomId: string): string => `/r/${roomId}`;
