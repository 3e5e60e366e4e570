/** Bytes on the wire: big-endian numbers, fixed order, lengths that are checked (e2ee/1, section 1). */
import type { Code } from './failure.ts';
import { fail } from './failure.ts';

export { base64url, hex, unbase64url, unhex } from './text.ts';

/** What Web Crypto takes: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const u8 = (value: number): Bytes => bigEndian(value, 1);
export const u16 = (value: number): Bytes => bigEndian(value, 2);
export const u32 = (value: number): Bytes => bigEndian(value, 4);
/** `value` stays below 2^53. */
export const u64 = (value: number): Bytes => bigEndian(value, 8);

function bigEndian(value: number, size: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size)
    throw new RangeError(`${value} in ${size} bytes`);
  const out = new Uint8Array(size);
  let rest = value;
  for (let at = size - 1; at >= 0; at--) {
    out[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** A u16 length, then the bytes. */
export const lp = (bytes: Uint8Array): Bytes => concat(u16(bytes.length), bytes);

/** `chat/1/<name>` and a zero byte: starts everything that is hashed, signed or derived. */
export const label = (name: string): Bytes => utf8(`chat/1/${name}\0`);

const encoder = new TextEncoder();
// A byte order mark is text like any other: what is decoded must encode to the same bytes.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A lone surrogate becomes U+FFFD. */
export const utf8 = (text: string): Bytes => encoder.encode(text);

/** Fails with `code` when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array, code: Code): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return fail(code, 'not UTF-8');
  }
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Bytewise order; a prefix comes first. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 || at >= b.length ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Takes a structure apart in order; too few bytes, or bytes left at the end, fail with `code`. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #code: Code;
  #at = 0;

  constructor(bytes: Uint8Array, code: Code) {
    this.#bytes = bytes;
    this.#code = code;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next `length` bytes, copied. */
  take(length: number): Bytes {
    if (length > this.left) fail(this.#code, 'too short');
    const start = this.#at;
    this.#at += length;
    return new Uint8Array(this.#bytes.subarray(start, this.#at));
  }

  /** The next `length` bytes as a number below 2^53. */
  number(length: number): number {
    const value = this.take(length).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : fail(this.#code, 'number too large');
  }

  /** To be called after the last field. */
  end(): void {
    if (this.left > 0) fail(this.#code, 'bytes left over');
  }
}
