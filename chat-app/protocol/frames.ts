/** Everything that is said over the WebSocket, in both directions (e2ee/1, section 8). */
import type { ClientBinaryFrame, RelayBinaryFrame } from './binary-frames.ts';
import { decodeClientBinary, decodeRelayBinary, encodeClientBinary, encodeRelayBinary } from './binary-frames.ts';
import type { Bytes } from './bytes.ts';
import { Failure, fail } from './failure.ts';
import { MAX_FRAME_FROM_RELAY_BYTES, MAX_FRAME_TO_RELAY_BYTES } from './limits.ts';
import { decodePlain } from './plain.ts';
import type { Schema } from './schema.ts';
import { fromWire, toWire } from './schema.ts';
import type { ClientTextFrame, RelayTextFrame } from './text-frames.ts';
import { clientFrames, relayFrames } from './text-frames.ts';

export type ClientFrame = ClientBinaryFrame | ClientTextFrame;
export type RelayFrame = RelayBinaryFrame | RelayTextFrame;
export type { ClientBinaryFrame, ClientTextFrame, RelayBinaryFrame, RelayTextFrame };

/** What a WebSocket delivers: text, or bytes. */
export type Data = string | Uint8Array;

/** Fails with `bad-frame`. A `bundle` is only bytes here: `decodeBundle` has its own code. */
export function decodeClientFrame(data: Data): ClientFrame {
  checkSize(data, MAX_FRAME_TO_RELAY_BYTES);
  if (typeof data !== 'string') return decodeClientBinary(data);
  const frame = decodeText(clientFrames, data) as ClientTextFrame;
  if (frame.type === 'plain') checkPlain(frame.plain);
  return frame;
}

/** Fails with `bad-frame`. What members wrote (bundles, messages, plain lines) is only bytes here. */
export function decodeRelayFrame(data: Data): RelayFrame {
  checkSize(data, MAX_FRAME_FROM_RELAY_BYTES);
  return typeof data === 'string' ? (decodeText(relayFrames, data) as RelayTextFrame) : decodeRelayBinary(data);
}

export function encodeClientFrame(frame: ClientFrame): string | Bytes {
  switch (frame.type) {
    case 'msg':
    case 'first':
    case 'eph':
      return encodeClientBinary(frame);
    default:
      return encodeText(clientFrames, frame);
  }
}

export function encodeRelayFrame(frame: RelayFrame): string | Bytes {
  switch (frame.type) {
    case 'msg':
    case 'key':
    case 'eph':
      return encodeRelayBinary(frame);
    default:
      return encodeText(relayFrames, frame);
  }
}

function decodeText(table: readonly Schema[], text: string) {
  const json = parse(text);
  const type: unknown = Array.isArray(json) ? json[0] : undefined;
  const schema = table.find(each => each.type === type) ?? fail('bad-frame', 'unknown kind');
  return fromWire(schema, json);
}

function encodeText(table: readonly Schema[], frame: { type: string }): string {
  const schema = table.find(each => each.type === frame.type) ?? fail('bad-frame', frame.type);
  return JSON.stringify(toWire(schema, { ...frame }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('bad-frame', 'not JSON');
  }
}

function checkSize(data: Data, limit: number): void {
  if (data.length > limit) fail('bad-frame', `${data.length} bytes`);
}

function checkPlain(plain: Bytes): void {
  try {
    decodePlain(plain);
  } catch (error) {
    if (error instanceof Failure) fail('bad-frame', error.message);
    throw error;
  }
}
