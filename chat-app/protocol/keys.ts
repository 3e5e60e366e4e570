/** One chain, wrapped for each member (e2ee/1, section 4): sid ‖ chain ‖ roster ‖ n × (to-sid ‖ envelope). */
import type { Bytes } from './bytes.ts';
import { concat, equal, Reader } from './bytes.ts';
import { fail } from './failure.ts';
import { CHAIN_BYTES, HASH_BYTES, SID_BYTES } from './sizes.ts';
import { hex, unhex } from './text.ts';

/** sid 8 ‖ chain 16 ‖ roster 32 */
export const KEY_HEAD_BYTES = 56;
/** iv 12 ‖ seed 32 and signing point 65, sealed */
export const ENVELOPE_BYTES = 125;
/** What one member gets: the head and its own envelope. */
export const KEY_BYTES = KEY_HEAD_BYTES + ENVELOPE_BYTES;

export interface KeyHead {
  sid: Bytes;
  chain: Bytes;
  roster: Bytes;
}

export interface Keys extends KeyHead {
  /** The three fields as they came. */
  head: Bytes;
  /** By the hexadecimal sid of who can open it. */
  envelopes: Map<string, Bytes>;
}

/** Fails with `bad-frame`: wrong length, an envelope for the sender, two for one member. */
export function splitKeys(bytes: Uint8Array): Keys {
  const r = new Reader(bytes, 'bad-frame');
  const head = r.take(KEY_HEAD_BYTES);
  const { sid, chain, roster } = readHead(new Reader(head, 'bad-frame'));
  const envelopes = new Map<string, Bytes>();
  while (r.left > 0) {
    const to = r.take(SID_BYTES);
    const known = hex(to);
    if (equal(to, sid) || envelopes.has(known)) fail('bad-frame', 'an envelope for oneself or twice');
    envelopes.set(known, r.take(ENVELOPE_BYTES));
  }
  return { sid, chain, roster, head, envelopes };
}

export function joinKeys({ sid, chain, roster, envelopes }: Omit<Keys, 'head'>): Bytes {
  const wrapped = [...envelopes].map(([to, envelope]) => concat(unhex(to) ?? fail('bad-frame', to), envelope));
  return concat(sid, chain, roster, ...wrapped);
}

/** What one member is sent; fails with `msg-format`, or with `not-for-me` when there is a head and no envelope. */
export function decodeKey(bytes: Uint8Array): KeyHead & { envelope: Bytes } {
  const r = new Reader(bytes, 'msg-format');
  const head = readHead(r);
  if (r.left === 0) fail('not-for-me');
  const envelope = r.take(ENVELOPE_BYTES);
  r.end();
  return { ...head, envelope };
}

const readHead = (r: Reader): KeyHead => ({
  sid: r.take(SID_BYTES),
  chain: r.take(CHAIN_BYTES),
  roster: r.take(HASH_BYTES),
});
