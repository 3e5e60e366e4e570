/** Bytes as docs/protocol.md writes them (section 1). */
import { Buffer, isUtf8 } from 'node:buffer';

export type Bytes = Uint8Array;

/** What section 13 has a code for. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function refuse(code: string): never {
  throw new Refused(code);
}

export const cat = (...parts: Bytes[]): Buffer => Buffer.concat(parts);
export const ZEROS = Buffer.alloc(32);

export const u8 = (value: number): Buffer => Buffer.of(value);
export const u16 = (value: number): Buffer => whole(value, 2);
export const u32 = (value: number): Buffer => whole(value, 4);
export const u64 = (value: number): Buffer => whole(value, 8);

function whole(value: number, size: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out.subarray(8 - size);
}

export const lp = (bytes: Bytes): Buffer => cat(u16(bytes.length), bytes);
export const label = (name: string): Buffer => Buffer.from(`chat/1/${name}\0`);

export const same = (a: Bytes, b: Bytes): boolean => Buffer.compare(a, b) === 0;
export const ascending = (all: readonly Bytes[]): Bytes[] => [...all].sort(Buffer.compare);
export const hex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The one spelling of base64url without padding. */
export const base64url = (bytes: Bytes): string => Buffer.from(bytes).toString('base64url');

export function unbase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return base64url(bytes) === text ? bytes : undefined;
}

export const utf8 = (text: string): Buffer => Buffer.from(text);

export const fromUtf8 = (bytes: Bytes, code: string): string =>
  isUtf8(bytes) ? Buffer.from(bytes).toString() : refuse(code);

export interface Fields {
  bytes(length: number): Buffer;
  number(length: number): number;
  left(): number;
  rest(): Buffer;
}

/** Takes the fields of a layout in order; too few bytes are refused with `code`. */
export function fields(from: Bytes, code: string): Fields {
  let at = 0;
  const bytes = (length: number): Buffer => {
    if (at + length > from.length) refuse(code);
    at += length;
    return Buffer.from(from.slice(at - length, at));
  };
  return {
    bytes,
    number: length => {
      const value = Number(BigInt(`0x${hex(bytes(length))}`));
      return Number.isSafeInteger(value) ? value : refuse(code);
    },
    left: () => from.length - at,
    rest: () => bytes(from.length - at),
  };
}
