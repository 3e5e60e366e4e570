/**
 * Whole binary frames, which is what lines are, go past the library's parser: through it, a line costs several times
 * what is to be done for it. Everything else (texts, control frames, pieces, what is wrong) is the library's, as are all
 * frames when it has begun one, or when a later version of it looks different inside.
 */
import { Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** What a server is sent: final, binary, and masked (RFC 6455, section 5.2). */
const FINAL_BINARY = 0x82;
const MASKED = 0x80;
const SHORT = 126;
const SHORT_HEADER = 2 + 4;
const LONG_HEADER = 4 + 4;

/** The library's parser: a stream that is written to, as far as it matters here. */
interface Parser {
  write(chunk: Buffer): boolean;
  readonly writableLength: number;
  /** 0: it waits for a frame to begin. */
  readonly _state: number;
  readonly _bufferedBytes: number;
  /** The opcode of a message that has come in part. */
  readonly _fragmented: number;
}

/** A WebSocket that is given the payloads of such frames, which it may change and keep. */
export interface Taker extends WebSocket {
  take(payload: Buffer): void;
}

interface Hot extends Parser {
  taker: Taker;
}

/** One function for all parsers: there may be ten thousand connections that say nothing. */
export function takeHotFrames(taker: Taker): void {
  const { _receiver: parser } = taker as unknown as { _receiver: Hot };
  parser.taker = taker;
  parser.write = writeHot as Hot['write'];
}

const writeCold = Writable.prototype.write as (this: Parser, chunk: Buffer) => boolean;

function writeHot(this: Hot, chunk: Buffer): boolean {
  const { taker } = this;
  let at = 0;
  while (taker.readyState === taker.OPEN && isBetweenFrames(this)) {
    const end = endOf(chunk, at);
    if (end === undefined) break;
    const payload = unmasked(chunk, at, end);
    at = end;
    taker.take(payload);
  }
  if (at === chunk.length && at > 0) return true;
  return writeCold.call(this, at === 0 ? chunk : chunk.subarray(at));
}

const isBetweenFrames = (parser: Parser): boolean =>
  parser._state === 0 && parser._bufferedBytes === 0 && parser._fragmented === 0 && parser.writableLength === 0;

/** Of the hot frame that begins at `at`, if it is one and all there. */
function endOf(chunk: Buffer, at: number): number | undefined {
  if (chunk[at] !== FINAL_BINARY || chunk.length < at + LONG_HEADER) return undefined;
  const length = (chunk[at + 1] ?? 0) - MASKED;
  if (length < 0 || length > SHORT) return undefined;
  const end = length < SHORT ? at + SHORT_HEADER + length : at + LONG_HEADER + chunk.readUInt16BE(at + 2);
  return end <= chunk.length ? end : undefined;
}

function unmasked(chunk: Buffer, at: number, end: number): Buffer {
  const start = at + ((chunk[at + 1] ?? 0) - MASKED < SHORT ? SHORT_HEADER : LONG_HEADER);
  const payload = chunk.subarray(start, end);
  if (chunk.readUInt32BE(start - 4) !== 0) unmask(payload, chunk.subarray(start - 4, start));
  return payload;
}

/** Four bytes at a time: to ask for the mask with each byte costs a line a twentieth more, all in all. */
function unmask(payload: Buffer, mask: Buffer): void {
  const [a = 0, b = 0, c = 0, d = 0] = mask;
  const whole = payload.length - (payload.length % 4);
  for (let nth = 0; nth < whole; nth += 4) {
    payload[nth] = (payload[nth] ?? 0) ^ a;
    payload[nth + 1] = (payload[nth + 1] ?? 0) ^ b;
    payload[nth + 2] = (payload[nth + 2] ?? 0) ^ c;
    payload[nth + 3] = (payload[nth + 3] ?? 0) ^ d;
  }
  for (let nth = whole; nth < payload.length; nth++) payload[nth] = (payload[nth] ?? 0) ^ (mask[nth - whole] ?? 0);
}
