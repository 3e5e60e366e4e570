/** What fast-check may put into frames. */
import fc from 'fast-check';
import type { Bytes } from '../../../chat-app/protocol/bytes.ts';
import { concat } from '../../../chat-app/protocol/bytes.ts';
import { WIRE_CODES } from '../../../chat-app/protocol/failure.ts';
import type { ClientFrame, RelayFrame } from '../../../chat-app/protocol/frames.ts';
import { MESSAGE_OVERHEAD_BYTES, PADDED_SIZES } from '../../../chat-app/protocol/message.ts';
import { encodePlain } from '../../../chat-app/protocol/plain.ts';

export const bytes = (min: number, max = min): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map(each => new Uint8Array(each));

const count = fc.maxSafeNat();
export const message = fc.constantFrom(...PADDED_SIZES).chain(size => bytes(MESSAGE_OVERHEAD_BYTES + size));

export const plain = fc
  .record({ sid: bytes(8), id: bytes(16), sentAt: count, text: fc.string({ unit: 'grapheme' }), sig: bytes(64) })
  .map(encodePlain);

/** Of the message's own chain, for distinct members. */
const first: fc.Arbitrary<ClientFrame> = fc
  .tuple(message, count, bytes(32), fc.uniqueArray(bytes(8), { maxLength: 5, selector: String }), bytes(125))
  .filter(([msg, , , sids]) => !sids.some(sid => String(sid) === String(msg.slice(0, 8))))
  .map(([msg, at, roster, sids, envelope]) => {
    const keys = concat(msg.slice(0, 24), roster, ...sids.flatMap(sid => [sid, envelope]));
    return { type: 'first', at, keys, msg };
  });

const is = <T extends string>(type: T) => fc.constant(type);

export const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  first,
  fc.record({ type: is('msg'), msg: message }),
  fc.record({ type: is('eph'), eph: message }),
  fc.record({ type: is('join'), bundle: bytes(0, 320), proof: bytes(64), door: fc.option(bytes(32)) }),
  fc.record({ type: is('resume'), bundleId: bytes(32), since: count, proof: bytes(64) }),
  fc.record({ type: is('plain'), plain }),
  fc.record({ type: is('leave') }),
);

const limits = fc.record({ members: count, text: count, frame: count, awayMs: count });
const optional = { id: bytes(16), seq: count, retryMs: count, limit: count };

export const relayFrame: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc.record({ type: is('msg'), seq: count, msg: bytes(0, 300) }),
  fc.record({ type: is('key'), key: bytes(0, 200) }),
  fc.record({ type: is('eph'), eph: bytes(0, 300) }),
  fc.record({ type: is('hello'), suites: fc.array(count), challenge: bytes(32), time: count, limits }),
  fc.record({ type: is('room'), seq: count, head: bytes(32), members: fc.array(bytes(0, 320)), earlier: count }),
  fc.record({ type: is('plain'), plain: bytes(0, 200), seq: count }),
  fc.record({ type: is('join'), bundle: bytes(0, 320), seq: count }),
  fc.record({ type: is('leave'), bundleId: bytes(32), reason: fc.constantFrom(1, 2, 3, 4, 5), seq: count }),
  fc.record({ type: is('here'), sid: bytes(8), state: fc.constantFrom('here', 'away') }),
  fc.record({ type: is('synced'), seq: count }),
  fc.record({ type: is('no'), code: fc.constantFrom(...WIRE_CODES), ...optional }, { requiredKeys: ['type', 'code'] }),
);
