/** People who are told by the test itself what the relay says: the test is the relay, and may lie. */
import { readBundle } from '../implementation/bundle.ts';
import type { Bytes } from '../implementation/bytes.ts';
import { base64url, cat, fields, hex, u8, u64, unbase64url, ZEROS } from '../implementation/bytes.ts';
import type { Body } from '../implementation/content.ts';
import type { Data } from '../implementation/frames.ts';
import { random } from '../implementation/primitives.ts';
import type { Happening } from '../implementation/state.ts';
import type { Core } from './core.ts';

export interface Seated {
  core: Core;
  sid: string;
  bundle: Bytes;
}

export const frame = (type: string, ...said: unknown[]): string => JSON.stringify([type, ...said]);

export const hello = (time = Date.now()): Data => {
  const limits = { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 };
  return frame('hello', { suites: [1], challenge: base64url(random(32)), time, limits });
};

/** All of them are told that exactly they, and `others`, are in the room, and that the log stands at 1. */
export async function stage(cores: readonly Core[], others: readonly Bytes[] = []): Promise<Seated[]> {
  const people: Seated[] = [];
  for (const core of cores) people.push(await knock(core));
  const members = [...others, ...people.map(({ bundle }) => bundle)].map(base64url);
  for (const { core } of people) {
    await core.hear(frame('room', { seq: 1, head: base64url(ZEROS), members, earlier: 0 }));
    await core.hear(frame('synced', 1));
  }
  return people;
}

/** Connects, and says with which bundle it wants to join. */
export async function knock(core: Core): Promise<Seated> {
  await core.hear(hello());
  const [, bundle = ''] = JSON.parse(String(await core.join())) as string[];
  const bytes = unbase64url(bundle) ?? ZEROS;
  return { core, bundle: bytes, sid: hex(readBundle(bytes).sid) };
}

/** What a reader gets of a line: its envelope, if it starts a chain, and the message. */
export interface Delivery {
  /** Empty where the line starts no chain. */
  key: Buffer;
  msg: Buffer;
}

/** Seals a line, as each of the others would get it. */
export async function seal({ core }: Seated, body: Body, readers: readonly Seated[]): Promise<Delivery[]> {
  const sealed = await core.seal(body);
  return readers.map(({ sid }) => deliveryOf(sealed.frame, sid));
}

function deliveryOf(data: Data, sid: string): Delivery {
  const f = fields(data as Bytes, 'test');
  if (f.number(1) === 1) return { key: cat(), msg: f.rest() };
  f.number(8);
  const keys = fields(f.bytes(f.number(4)), 'test');
  const head = keys.bytes(56);
  let key = cat();
  while (keys.left() > 0) {
    const to = hex(keys.bytes(8));
    const envelope = keys.bytes(125);
    if (to === sid) key = cat(head, envelope);
  }
  return { key, msg: f.rest() };
}

export const keyFrame = (key: Bytes): Data => cat(u8(0x82), key);
export const msgFrame = (seq: number, msg: Bytes): Data => cat(u8(0x81), u64(seq), msg);

/** Tells somebody all of it; a frame that is none ends it, as it ends a connection. */
export async function tell({ core }: Seated, frames: readonly Data[]): Promise<Happening[]> {
  const happened: Happening[] = [];
  for (const frame of frames) happened.push(...(await core.hear(frame)));
  return happened;
}
