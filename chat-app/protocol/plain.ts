/** A line that the relay can read, by the explicit choice of someone who is alone (e2ee/1, section 10). */
import type { Bytes } from './bytes.ts';
import { concat, fromUtf8, label, Reader, u16, u64, utf8 } from './bytes.ts';
import { fail } from './failure.ts';
import { ID_BYTES, SID_BYTES, SIGNATURE_BYTES } from './sizes.ts';
import { SUITE } from './suite.ts';

/** Everything but the text: sid 8 ‖ id 16 ‖ sentAt 8 ‖ sig 64. */
export const PLAIN_OVERHEAD_BYTES = 96;

export interface Plain {
  sid: Bytes;
  id: Bytes;
  /** Milliseconds since 1970. */
  sentAt: number;
  text: string;
  sig: Bytes;
}

export const encodePlain = (p: Plain): Bytes => concat(p.sid, p.id, u64(p.sentAt), utf8(p.text), p.sig);

/** Fails with `msg-format`. */
export function decodePlain(bytes: Uint8Array): Plain {
  if (bytes.length < PLAIN_OVERHEAD_BYTES) fail('msg-format', `${bytes.length} bytes`);
  const r = new Reader(bytes, 'msg-format');
  return {
    sid: r.take(SID_BYTES),
    id: r.take(ID_BYTES),
    sentAt: r.number(8),
    text: fromUtf8(r.take(bytes.length - PLAIN_OVERHEAD_BYTES), 'msg-format'),
    sig: r.take(SIGNATURE_BYTES),
  };
}

export interface PlainClaims {
  room: Bytes;
  bundleId: Bytes;
  id: Bytes;
  sentAt: number;
  text: string;
}

/** What the author's identity signs. */
export const plainSignedBytes = ({ room, bundleId, id, sentAt, text }: PlainClaims): Bytes =>
  concat(label('plain'), u16(SUITE), room, bundleId, id, u64(sentAt), utf8(text));
