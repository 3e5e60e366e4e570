/** What is inside a message (e2ee/1, section 5): kind 1 ‖ sentAt 8 ‖ viewSeq 8 ‖ viewHead 16 ‖ body, padded. */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, fromUtf8, Reader, u8, u64, utf8 } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { MAX_TEXT_BYTES } from '../../protocol/limits.ts';
import { PADDED_SIZES } from '../../protocol/message.ts';
import { ID_BYTES } from '../../protocol/sizes.ts';
import { hex, unhex } from '../../protocol/text.ts';

/** `target` is the hexadecimal id of another line. */
export type Body =
  | { kind: 'text'; text: string }
  | { kind: 'edit'; target: string; text: string }
  | { kind: 'delete'; target: string }
  | { kind: 'reply'; target: string; text: string }
  | { kind: 'reaction'; target: string; emoji: string }
  /** From a newer program; only ever received. */
  | { kind: 'newer'; number: number };

/** What may be said beside the messages. */
export type Signal = { kind: 'typing' } | { kind: 'read'; seq: number };

export interface Content<T> {
  body: T;
  /** Milliseconds since 1970. */
  sentAt: number;
  viewSeq: number;
  /** The first 16 bytes of the head at `viewSeq`. */
  viewHead: Bytes;
}

export const VIEW_BYTES = 16;

const KINDS = { text: 1, edit: 2, delete: 3, reply: 4, reaction: 5 } as const;
const SIGNALS = { typing: 1, read: 2 } as const;

/** Fails with `too-big` above 4,062 bytes of body. */
export function encodeLine(content: Content<Body>): Bytes {
  const { body } = content;
  if (body.kind === 'newer') fail('msg-format', 'a kind that is only received');
  const bytes = bodyBytes(body);
  if (bytes.length > MAX_TEXT_BYTES) fail('too-big', `${bytes.length} bytes`);
  return encode(KINDS[body.kind], content, bytes);
}

export const encodeSignal = (content: Content<Signal>): Bytes =>
  encode(SIGNALS[content.body.kind], content, content.body.kind === 'read' ? u64(content.body.seq) : new Uint8Array());

const encode = (kind: number, { sentAt, viewSeq, viewHead }: Content<unknown>, body: Bytes): Bytes =>
  concat(u8(kind), u64(sentAt), u64(viewSeq), viewHead.subarray(0, VIEW_BYTES), body);

function bodyBytes(body: Exclude<Body, { kind: 'newer' }>): Bytes {
  switch (body.kind) {
    case 'text':
      return utf8(body.text);
    case 'edit':
    case 'reply':
      return concat(idBytes(body.target), utf8(body.text));
    case 'delete':
      return idBytes(body.target);
    case 'reaction':
      return concat(idBytes(body.target), utf8(body.emoji));
  }
}

function idBytes(id: string): Bytes {
  const bytes = unhex(id);
  return bytes?.length === ID_BYTES ? bytes : fail('msg-format', 'not the id of a line');
}

/** Fails with `msg-format`. */
export const decodeLine = (bytes: Uint8Array): Content<Body> => decode(bytes, decodeBody);

/** Fails with `msg-format`; undefined as body for a newer kind, which shows nothing. */
export const decodeSignal = (bytes: Uint8Array): Content<Signal | undefined> => decode(bytes, decodeSignalBody);

function decode<T>(bytes: Uint8Array, body: (kind: number, r: Reader) => T): Content<T> {
  const r = new Reader(bytes, 'msg-format');
  const kind = r.number(1);
  const head = { sentAt: r.number(8), viewSeq: r.number(8), viewHead: r.take(VIEW_BYTES) };
  return { ...head, body: body(kind, r) };
}

function decodeBody(kind: number, r: Reader): Body {
  switch (kind) {
    case KINDS.text:
      return { kind: 'text', text: rest(r) };
    case KINDS.edit:
      return { kind: 'edit', target: hex(r.take(ID_BYTES)), text: rest(r) };
    case KINDS.delete:
      return { kind: 'delete', target: lastId(r) };
    case KINDS.reply:
      return { kind: 'reply', target: hex(r.take(ID_BYTES)), text: rest(r) };
    case KINDS.reaction:
      return { kind: 'reaction', target: hex(r.take(ID_BYTES)), emoji: rest(r) };
    default:
      return { kind: 'newer', number: kind };
  }
}

function decodeSignalBody(kind: number, r: Reader): Signal | undefined {
  if (kind === SIGNALS.typing) return { kind: 'typing' };
  return kind === SIGNALS.read ? { kind: 'read', seq: r.number(8) } : undefined;
}

const rest = (r: Reader): string => fromUtf8(r.take(r.left), 'msg-format');

function lastId(r: Reader): string {
  const id = hex(r.take(ID_BYTES));
  r.end();
  return id;
}

/** Appends 80 and zeros up to the next of the sizes; fails with `too-big`. */
export function pad(bytes: Uint8Array): Bytes {
  const size = PADDED_SIZES.find(each => each > bytes.length) ?? fail('too-big', `${bytes.length} bytes`);
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 0x80;
  return out;
}

/** Fails with `msg-format`. */
export function unpad(bytes: Bytes): Bytes {
  const end = bytes.findLastIndex(byte => byte !== 0);
  const padded = PADDED_SIZES.includes(bytes.length) && bytes[end] === 0x80;
  return padded ? bytes.slice(0, end) : fail('msg-format', 'padding');
}
