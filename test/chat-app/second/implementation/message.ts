/** Sealing and opening one message or event (section 5). */
import type { Bytes } from './bytes.ts';
import { cat, fields, label, refuse, u16, u32 } from './bytes.ts';
import type { Chain, Lane, Ratchet, ReceivingChain, SendingChain } from './chain.ts';
import { LANE_LIMIT, step } from './chain.ts';
import type { Content } from './content.ts';
import { contentBytes, isMessageSize, pad, readContent, unpad } from './content.ts';
import { decrypt, encrypt, random, sign, verify } from './primitives.ts';

export interface Message {
  sid: Bytes;
  chain: Bytes;
  i: number;
  id: Bytes;
  iv: Bytes;
  ct: Bytes;
  sig: Bytes;
}

export function readMessage(bytes: Bytes): Message {
  if (!isMessageSize(bytes.length)) refuse('msg-format');
  const f = fields(bytes, 'msg-format');
  const head = { sid: f.bytes(8), chain: f.bytes(16), i: f.number(4), id: f.bytes(16), iv: f.bytes(12) };
  return { ...head, ct: f.bytes(f.left() - 64), sig: f.bytes(64) };
}

export const aadOf = (lane: Lane, { room, from, id, roster }: Chain, m: { i: number; id: Bytes }): Buffer =>
  cat(label(lane), u16(1), room, from, id, u32(m.i), m.id, roster);

export interface Sealing {
  lane: Lane;
  sid: Bytes;
  id: Bytes;
  /** Random but for vectors. */
  iv?: Bytes;
}

/** The ratchet moves first. */
export function sealMessage(
  chain: SendingChain,
  content: Content,
  { lane, sid, id, iv = random(12) }: Sealing,
): Buffer {
  const ratchet = chain.lanes[lane];
  const { next, mk } = step(ratchet.key, lane);
  const i = ratchet.next;
  Object.assign(ratchet, { key: next, next: i + 1 });
  const aad = aadOf(lane, chain, { i, id });
  const ct = encrypt({ key: mk, iv, aad }, pad(contentBytes(content)));
  return cat(sid, chain.id, u32(i), id, iv, ct, sign(chain.signer, cat(aad, iv, ct)));
}

export interface Opening<T> {
  lane: Lane;
  now: number;
  /** Refuses content that is not good. */
  read(content: Content): T;
}

/** Steps 6 to 8. `skipped` is how many messages before this one have not come. */
export function openMessage<T>(chain: ReceivingChain, m: Message, { lane, now, read }: Opening<T>) {
  const ratchet = chain.lanes[lane];
  dropOld(ratchet, now);
  if (m.i >= LANE_LIMIT[lane]) refuse('too-far');
  if (m.i < ratchet.next && !ratchet.kept.has(m.i)) refuse('replay');
  const aad = aadOf(lane, chain, m);
  if (!verify(chain.verifier, cat(aad, m.iv, m.ct), m.sig)) refuse('msg-sig');
  const { mk, skipped, move } = keyFor(ratchet, m.i, { lane, now });
  const content = readContent(unpad(decrypt({ key: mk, iv: m.iv, aad }, m.ct, 'msg-auth')));
  const value = read(content);
  move();
  return { content, value, skipped };
}

function keyFor(ratchet: Ratchet, i: number, { lane, now }: { lane: Lane; now: number }) {
  const kept = ratchet.kept.get(i);
  if (kept) return { mk: kept.key, skipped: 0, move: () => void ratchet.kept.delete(i) };
  const passed: [number, { key: Bytes; since: number }][] = [];
  let { next, mk } = step(ratchet.key, lane);
  for (let at = ratchet.next; at < i; at++) {
    passed.push([at, { key: mk, since: now }]);
    ({ next, mk } = step(next, lane));
  }
  const move = () => {
    Object.assign(ratchet, { key: next, next: i + 1 });
    if (lane === 'msg') ratchet.kept = new Map([...ratchet.kept, ...passed].sort(([a], [b]) => a - b).slice(-256));
  };
  return { mk, skipped: passed.length, move };
}

function dropOld({ kept }: Ratchet, now: number): void {
  for (const [i, { since }] of kept) if (now - since > 600_000) kept.delete(i);
}
