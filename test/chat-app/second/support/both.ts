/** One reader of each implementation, who are told the same and must say the same. */
import { expect } from 'vitest';
import type { Bytes } from '../implementation/bytes.ts';
import type { Body } from '../implementation/content.ts';
import { KIND } from '../implementation/content.ts';
import type { Data } from '../implementation/frames.ts';
import type { Happening } from '../implementation/state.ts';
import type { Kind } from './core.ts';
import { core } from './core.ts';
import type { Delivery, Seated } from './stage.ts';
import { seal, stage, tell } from './stage.ts';

export const ROOM = 'harbour';
export const SECRET = new Uint8Array(32).fill(7);

export const named = (name: string, now: () => number = Date.now) => ({ roomId: ROOM, name, secret: SECRET, now });

export const text = (said: string): Body => ({ kind: KIND.text, text: said });

/** Alice, who may speak, and one reader of each implementation. */
export async function three(speaker: Kind): Promise<{ alice: Seated; readers: Seated[] }> {
  const [alice, ...readers] = await stage([
    await core(speaker, named('alice')),
    await core('shipped', named('bob')),
    await core('second', named('carol')),
  ]);
  if (!alice) throw new Error('nobody is there');
  return { alice, readers };
}

/** What both say of what alice has sealed, once `told` has made frames of it. */
export async function bothRead(
  speaker: Kind,
  lines: readonly Body[],
  told: (lines: Delivery[]) => Data[],
): Promise<Happening[]> {
  const { alice, readers } = await three(speaker);
  const sealed: Delivery[][] = readers.map(() => []);
  for (const line of lines) {
    for (const [at, delivery] of (await seal(alice, line, readers)).entries()) sealed[at]?.push(delivery);
  }
  return bothSay(readers, at => told(sealed[at] ?? []));
}

/** Tells each of them, and returns what both say alike. */
export async function bothSay(readers: readonly Seated[], told: (at: number) => Data[]): Promise<Happening[]> {
  const said = await Promise.all(readers.map((reader, at) => tell(reader, told(at))));
  expect(said[1]).toEqual(said[0]);
  return said[0] ?? [];
}

/** One byte of a copy, changed in these bits. */
export function flip(bytes: Bytes, at: number, bits = 1): Buffer {
  const out = Buffer.from(bytes);
  out[at] = (out[at] ?? 0) ^ bits;
  return out;
}
