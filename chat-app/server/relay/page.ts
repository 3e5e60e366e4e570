/** Log entries as finished frames in one buffer, which all members of a room share. */

import { encodeRelayFrame } from '../../protocol/frames.ts';
import { ENVELOPE_BYTES, KEY_BYTES, KEY_HEAD_BYTES } from '../../protocol/keys.ts';
import type { LeaveReason } from '../../protocol/log.ts';
import { HASH_BYTES, SID_BYTES } from '../../protocol/sizes.ts';
import { BINARY, headerBytes, textFrame, writeHeader } from '../framing.ts';
import { ENTRY } from '../hub/line.ts';
import type { EntryRecord } from '../store/store.ts';

export interface Page {
  bytes: Buffer;
  /** Where each entry begins, and at last where the bytes end. */
  starts: number[];
}

/** 81 ‖ u64 seq */
const SEQ_BYTES = 9;

export function compose(entries: readonly EntryRecord[]): Page {
  const texts = entries.map(entry => (entry.body[0] === ENTRY.msg ? undefined : textOf(entry)));
  const starts = [0];
  entries.forEach((entry, at) => {
    starts.push((starts[at] ?? 0) + (texts[at]?.length ?? messageBytes(entry)));
  });
  const bytes = Buffer.allocUnsafe(starts.at(-1) ?? 0);
  entries.forEach((entry, at) => {
    const text = texts[at];
    if (text) bytes.set(text, starts[at]);
    else writeMessage(bytes, starts[at] ?? 0, entry);
  });
  return { bytes, starts };
}

const payloadBytes = ({ body }: EntryRecord): number => SEQ_BYTES + body.length - 1;

function messageBytes(entry: EntryRecord): number {
  const payload = payloadBytes(entry);
  return headerBytes(payload) + payload;
}

function writeMessage(out: Buffer, at: number, entry: EntryRecord): void {
  const start = writeHeader(out, at, { opcode: BINARY, payload: payloadBytes(entry) });
  out[start] = 0x81;
  out.writeUInt32BE(Math.floor(entry.seq / 2 ** 32), start + 1);
  out.writeUInt32BE(entry.seq % 2 ** 32, start + 5);
  entry.body.copy(out, start + SEQ_BYTES, 1);
}

function textOf({ body, seq }: EntryRecord): Buffer {
  const bytes = new Uint8Array(body.subarray(1));
  switch (body[0]) {
    case ENTRY.join:
      return textFrame(String(encodeRelayFrame({ type: 'join', bundle: bytes, seq })));
    case ENTRY.plain:
      return textFrame(String(encodeRelayFrame({ type: 'plain', plain: bytes, seq })));
    default: {
      const reason = bytes[HASH_BYTES] as LeaveReason;
      return textFrame(String(encodeRelayFrame({ type: 'leave', bundleId: bytes.slice(0, HASH_BYTES), reason, seq })));
    }
  }
}

/** What one member gets besides: its own envelope, directly before the entry that starts at `at`. */
export interface Insert {
  at: number;
  frame: Buffer;
}

/** The envelopes in `keys` as frames, in their order. */
export function keyFrames(keys: Buffer): Buffer[] {
  const size = headerBytes(KEY_BYTES + 1) + 1 + KEY_BYTES;
  const count = (keys.length - KEY_HEAD_BYTES) / (SID_BYTES + ENVELOPE_BYTES);
  const out = Buffer.allocUnsafe(count * size);
  return Array.from({ length: count }, (_, nth) => {
    const start = writeHeader(out, nth * size, { opcode: BINARY, payload: KEY_BYTES + 1 });
    out[start] = 0x82;
    keys.copy(out, start + 1, 0, KEY_HEAD_BYTES);
    const from = envelopeAt(nth);
    keys.copy(out, start + 1 + KEY_HEAD_BYTES, from, from + ENVELOPE_BYTES);
    return out.subarray(nth * size, (nth + 1) * size);
  });
}

const envelopeAt = (nth: number): number => KEY_HEAD_BYTES + nth * (SID_BYTES + ENVELOPE_BYTES) + SID_BYTES;

/** Who the envelopes in `keys` are for, in their order. */
export const recipients = (keys: Buffer): Buffer[] =>
  Array.from({ length: (keys.length - KEY_HEAD_BYTES) / (SID_BYTES + ENVELOPE_BYTES) }, (_, nth) =>
    keys.subarray(envelopeAt(nth) - SID_BYTES, envelopeAt(nth)),
  );

/** Entries `first` to `last` (excluded) of the page, with the inserts among them: what is to be written for one member. */
export function cut(page: Page, [first, last]: [number, number], inserts: readonly Insert[] = []): Buffer[] {
  const start = page.starts[first] ?? page.bytes.length;
  const end = page.starts[last] ?? page.bytes.length;
  const mine = inserts.filter(({ at }) => at >= start && at < end);
  const parts: Buffer[] = [];
  let done = start;
  for (const { at, frame } of mine) {
    if (at > done) parts.push(page.bytes.subarray(done, at));
    parts.push(frame);
    done = at;
  }
  if (end > done) parts.push(page.bytes.subarray(done, end));
  return parts;
}
