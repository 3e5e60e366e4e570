/** One key per message, each used once: HKDF, one way (e2ee/1, sections 4 and 5). */
import type { Bytes } from '../../protocol/bytes.ts';
import { label } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { MAX_CHAIN_EVENTS, MAX_CHAIN_MESSAGES, MAX_SKIPPED_KEYS, SKIPPED_KEY_LIFE_MS } from '../../protocol/limits.ts';
import { halves, hkdf } from './primitives.ts';

/** Messages and ephemeral events ratchet apart: a lost typing event is no gap in the messages. */
export type Lane = 'msg' | 'eph';

export const LANE_LIMIT = { msg: MAX_CHAIN_MESSAGES, eph: MAX_CHAIN_EVENTS } as const;

export interface Ratchet {
  key: Bytes;
  /** The index that `key` leads to. */
  next: number;
}

export interface ReceivingRatchet extends Ratchet {
  /** Keys of messages that were passed over and may still come. */
  skipped: Map<number, SkippedKey>;
}

export interface SkippedKey {
  key: Bytes;
  /** When it was passed over, milliseconds since 1970. */
  since: number;
}

export interface Step {
  next: Bytes;
  messageKey: Bytes;
}

export async function step(key: Bytes, lane: Lane): Promise<Step> {
  const info = label(lane === 'msg' ? 'step' : 'eph-step');
  const [next, messageKey] = halves(await hkdf(key, { info, length: 64 }));
  return { next, messageKey };
}

/** The sender's move: the ratchet has moved when the key comes out, so a failed seal burns it. */
export async function takeKey(ratchet: Ratchet, lane: Lane): Promise<{ i: number; messageKey: Bytes }> {
  const { next, messageKey } = await step(ratchet.key, lane);
  const i = ratchet.next;
  move(ratchet, next, i + 1);
  return { i, messageKey };
}

/** Before the signature, and without deriving anything: a forged index must cost no work. */
export function checkIndex(ratchet: ReceivingRatchet, i: number, lane: Lane): void {
  if (i >= LANE_LIMIT[lane]) fail('too-far', String(i));
  if (i < ratchet.next && !ratchet.skipped.has(i)) fail('replay', String(i));
}

export interface FoundKey {
  messageKey: Bytes;
  /** How many messages before this one have not come. */
  gap: number;
  /** Moves the ratchet: to be called once the message has proved good. */
  commit(): void;
}

export interface Wanted {
  i: number;
  lane: Lane;
  now: number;
}

/** The key of a message that `checkIndex` let through. Changes nothing before `commit`. */
export async function findKey(ratchet: ReceivingRatchet, { i, lane, now }: Wanted): Promise<FoundKey> {
  const skipped = ratchet.skipped.get(i);
  if (skipped) return { messageKey: skipped.key, gap: 0, commit: () => void ratchet.skipped.delete(i) };
  const passed: [number, SkippedKey][] = [];
  let { next, messageKey } = await step(ratchet.key, lane);
  for (let at = ratchet.next; at < i; at++) {
    passed.push([at, { key: messageKey, since: now }]);
    const from = next;
    ({ next, messageKey } = await step(from, lane));
    from.fill(0);
  }
  const commit = () => {
    move(ratchet, next, i + 1);
    if (lane === 'msg') keep(ratchet.skipped, passed);
  };
  return { messageKey, gap: passed.length, commit };
}

/** Drops the keys that have waited too long. */
export function dropOldKeys({ skipped }: ReceivingRatchet, now: number): void {
  for (const [i, { key, since }] of skipped) if (now - since > SKIPPED_KEY_LIFE_MS) drop(skipped, i, key);
}

/** Overwrites every key. */
export function erase(ratchet: Ratchet & { skipped?: Map<number, SkippedKey> }): void {
  ratchet.key.fill(0);
  for (const { key } of ratchet.skipped?.values() ?? []) key.fill(0);
  ratchet.skipped?.clear();
}

function move(ratchet: Ratchet, key: Bytes, next: number): void {
  ratchet.key.fill(0);
  ratchet.key = key;
  ratchet.next = next;
}

function keep(skipped: Map<number, SkippedKey>, passed: [number, SkippedKey][]): void {
  for (const [i, key] of passed) skipped.set(i, key);
  for (const [i, { key }] of skipped) if (skipped.size > MAX_SKIPPED_KEYS) drop(skipped, i, key);
}

function drop(skipped: Map<number, SkippedKey>, i: number, key: Bytes): void {
  key.fill(0);
  skipped.delete(i);
}
