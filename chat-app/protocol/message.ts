/** A message and an ephemeral event have one layout (e2ee/1, section 5): sid ‖ chain ‖ i ‖ id ‖ iv ‖ ct ‖ sig. */
import type { Bytes } from './bytes.ts';
import { concat, Reader, u32 } from './bytes.ts';
import { fail } from './failure.ts';
import { CHAIN_BYTES, ID_BYTES, IV_BYTES, SID_BYTES, SIGNATURE_BYTES, TAG_BYTES } from './sizes.ts';

/** Where the fields begin; `ct` ends 64 bytes before the end. */
export const AT = { sid: 0, chain: 8, index: 24, id: 28, iv: 44, ct: 56 } as const;

/** sid ‖ chain: what a relay compares before it forwards. */
export const OWNER_BYTES = 24;

/** What a plain text may be padded to. */
export const PADDED_SIZES: readonly number[] = [64, 128, 256, 512, 1024, 2048, 4096];

/** Everything but the padded text: 136 bytes. */
export const MESSAGE_OVERHEAD_BYTES = AT.ct + TAG_BYTES + SIGNATURE_BYTES;

export interface Message {
  sid: Bytes;
  chain: Bytes;
  i: number;
  id: Bytes;
  iv: Bytes;
  ct: Bytes;
  sig: Bytes;
}

export const isMessageLength = (length: number): boolean => PADDED_SIZES.includes(length - MESSAGE_OVERHEAD_BYTES);

/** Fails with `msg-format`. */
export function decodeMessage(bytes: Uint8Array): Message {
  if (!isMessageLength(bytes.length)) fail('msg-format', `${bytes.length} bytes`);
  const r = new Reader(bytes, 'msg-format');
  return {
    sid: r.take(SID_BYTES),
    chain: r.take(CHAIN_BYTES),
    i: r.number(4),
    id: r.take(ID_BYTES),
    iv: r.take(IV_BYTES),
    ct: r.take(bytes.length - AT.ct - SIGNATURE_BYTES),
    sig: r.take(SIGNATURE_BYTES),
  };
}

export const encodeMessage = (m: Message): Bytes => concat(m.sid, m.chain, u32(m.i), m.id, m.iv, m.ct, m.sig);
