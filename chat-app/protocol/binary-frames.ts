/** The hot frames: a kind byte, then bytes that a relay forwards as they came (e2ee/1, section 8). */
import type { Bytes } from './bytes.ts';
import { concat, equal, Reader, u8, u32, u64 } from './bytes.ts';
import { fail } from './failure.ts';
import { splitKeys } from './keys.ts';
import { isMessageLength, OWNER_BYTES } from './message.ts';

/** From a client: a message, the first message of a chain with the keys, an ephemeral event. */
export type ClientBinaryFrame =
  | { type: 'msg'; msg: Bytes }
  | { type: 'first'; at: number; keys: Bytes; msg: Bytes }
  | { type: 'eph'; eph: Bytes };

/** From a relay: a logged message, one's own envelope for the message that follows, an ephemeral event. */
export type RelayBinaryFrame =
  | { type: 'msg'; seq: number; msg: Bytes }
  | { type: 'key'; key: Bytes }
  | { type: 'eph'; eph: Bytes };

export function decodeClientBinary(data: Uint8Array): ClientBinaryFrame {
  const r = new Reader(data, 'bad-frame');
  switch (r.number(1)) {
    case 0x01:
      return { type: 'msg', msg: takeMessage(r) };
    case 0x02:
      return takeFirst(r);
    case 0x03:
      return { type: 'eph', eph: takeMessage(r) };
    default:
      return fail('bad-frame', 'unknown kind');
  }
}

function takeFirst(r: Reader): ClientBinaryFrame {
  const at = r.number(8);
  const keys = r.take(r.number(4));
  const msg = takeMessage(r);
  const { head } = splitKeys(keys);
  if (!equal(head.subarray(0, OWNER_BYTES), msg.subarray(0, OWNER_BYTES))) fail('bad-frame', 'two chains');
  return { type: 'first', at, keys, msg };
}

const takeMessage = (r: Reader): Bytes =>
  isMessageLength(r.left) ? r.take(r.left) : fail('bad-frame', `a message of ${r.left} bytes`);

export function encodeClientBinary(frame: ClientBinaryFrame): Bytes {
  switch (frame.type) {
    case 'msg':
      return concat(u8(0x01), frame.msg);
    case 'first':
      return concat(u8(0x02), u64(frame.at), u32(frame.keys.length), frame.keys, frame.msg);
    case 'eph':
      return concat(u8(0x03), frame.eph);
  }
}

/** What a member has sealed is not looked at here: a damaged one costs its line (`msg-format`), not the connection. */
export function decodeRelayBinary(data: Uint8Array): RelayBinaryFrame {
  const r = new Reader(data, 'bad-frame');
  switch (r.number(1)) {
    case 0x81:
      return { type: 'msg', seq: r.number(8), msg: r.take(r.left) };
    case 0x82:
      return { type: 'key', key: r.take(r.left) };
    case 0x83:
      return { type: 'eph', eph: r.take(r.left) };
    default:
      return fail('bad-frame', 'unknown kind');
  }
}

export function encodeRelayBinary(frame: RelayBinaryFrame): Bytes {
  switch (frame.type) {
    case 'msg':
      return concat(u8(0x81), u64(frame.seq), frame.msg);
    case 'key':
      return concat(u8(0x82), frame.key);
    case 'eph':
      return concat(u8(0x83), frame.eph);
  }
}
