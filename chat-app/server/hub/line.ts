/** Where things are in a logged line and in the frame that brought it: both are a kind byte and then the bytes. */
import { AT, OWNER_BYTES } from '../../protocol/message.ts';
import { ID_BYTES, SID_BYTES } from '../../protocol/sizes.ts';

/** The first byte of an entry (e2ee/1, section 6). */
export const ENTRY = { join: 1, leave: 2, msg: 3, plain: 4 } as const;

/** The id of a `msg` or `plain` entry, or of a frame that has the same layout after its kind byte. */
export function lineId(body: Buffer): Buffer {
  const start = 1 + (body[0] === ENTRY.plain ? SID_BYTES : AT.id);
  return body.subarray(start, start + ID_BYTES);
}

/** As the key of a map. */
export const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** What `keyOf` has made into a key. */
export const bytesOf = (key: string): Buffer => Buffer.from(key, 'latin1');

/** The one comparison of the hot path: do the 24 bytes after the kind byte name this chain? */
export const isOwner = (frame: Buffer, owner: Buffer): boolean => owner.compare(frame, 1, 1 + OWNER_BYTES) === 0;
