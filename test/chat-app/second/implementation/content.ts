/** What is inside a message, and its padding (section 5). */
import type { Bytes } from './bytes.ts';
import { cat, fields, fromUtf8, refuse, u8, u64, utf8 } from './bytes.ts';

const SIZES = [64, 128, 256, 512, 1024, 2048, 4096];
const MAX_BODY = 4062;

export interface Content {
  kind: number;
  sentAt: number;
  viewSeq: number;
  viewHead: Bytes;
  body: Bytes;
}

/** A line as people mean it; `target` is the id of another line. */
export interface Body {
  kind: number;
  target?: Bytes;
  text?: string;
}

export const KIND = { text: 1, edit: 2, delete: 3, reply: 4, reaction: 5 } as const;

const hasTarget = (kind: number): boolean => kind >= KIND.edit && kind <= KIND.reaction;

export function bodyBytes({ target = new Uint8Array(), text = '' }: Body): Buffer {
  const bytes = cat(target, utf8(text));
  return bytes.length > MAX_BODY ? refuse('too-big') : bytes;
}

/** `msg-format` when the body is not what its kind asks for; of a newer kind nothing is read. */
export function readBody({ kind, body }: Content): Body {
  if (kind < KIND.text || kind > KIND.reaction) return { kind };
  const f = fields(body, 'msg-format');
  const target = hasTarget(kind) ? f.bytes(16) : undefined;
  if (kind === KIND.delete && f.left() > 0) refuse('msg-format');
  const text = fromUtf8(f.rest(), 'msg-format');
  return { kind, ...(target && { target }), ...(kind !== KIND.delete && { text }) };
}

export const contentBytes = ({ kind, sentAt, viewSeq, viewHead, body }: Content): Buffer =>
  cat(u8(kind), u64(sentAt), u64(viewSeq), viewHead.slice(0, 16), body);

export function readContent(bytes: Bytes): Content {
  const f = fields(bytes, 'msg-format');
  return { kind: f.number(1), sentAt: f.number(8), viewSeq: f.number(8), viewHead: f.bytes(16), body: f.rest() };
}

export function pad(bytes: Bytes): Buffer {
  const size = SIZES.find(each => each > bytes.length) ?? refuse('too-big');
  return cat(bytes, u8(0x80), Buffer.alloc(size - bytes.length - 1));
}

export function unpad(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes[end - 1] === 0x80 ? bytes.subarray(0, end - 1) : refuse('msg-format');
}

export const isMessageSize = (length: number): boolean => SIZES.includes(length - 136);
