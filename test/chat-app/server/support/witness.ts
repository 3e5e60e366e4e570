/** People who talk, remember all that they were told, and compare it with what they are told later. */
import { expect } from 'vitest';
import { encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import type { Entry } from '../../../../chat-app/protocol/log.ts';
import { entryBytes, nextHead } from '../../../../chat-app/protocol/log.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import type { Guest } from './guest.ts';
import { again, guest, random } from './guest.ts';
import { guests } from './guests.ts';

/** What anybody was told of a room. */
export interface Witnessed {
  roomId: string;
  entries: Map<number, Entry>;
  /** The seq of every line that its sender was told of, by id. */
  acknowledged: Map<string, number>;
  talkers: Talker[];
}

export interface Talker {
  guest: Guest;
  room: Witnessed;
  /** The last seq that it was told. */
  since: number;
  /** Ids of lines that were sent and are not acknowledged. */
  pending: Set<string>;
  /** Remembers a frame, and compares it with what is known. */
  hear(frame: RelayFrame): void;
}

const NAMES = ['alice', 'bob', 'carol'];

export async function enter(url: string, roomId: string): Promise<Witnessed> {
  const room: Witnessed = { roomId, entries: new Map(), acknowledged: new Map(), talkers: [] };
  const people = await guests(url, NAMES, { room: roomId });
  people.forEach((one, nth) => {
    note(room, nth + 1, { type: 'join', bundle: encodeBundle(one.session.bundle) });
    room.talkers.push(talkerOf(one, room, people.length));
  });
  return room;
}

function talkerOf(one: Guest, room: Witnessed, since: number): Talker {
  const talker: Talker = { guest: one, room, since, pending: new Set(), hear: frame => hear(talker, frame) };
  return talker;
}

/** What has no answer yet goes again under its id, and `count` new lines after it. */
export function speak(talker: Talker, count: number): void {
  const { guest: me, room, pending } = talker;
  const unanswered = [...pending];
  const fresh = Array.from({ length: Math.max(0, count - unanswered.length) }, () => hex(random(16)));
  for (const id of fresh) pending.add(id);
  const [first, ...rest] = [...unanswered, ...fresh].map(id => new Uint8Array(Buffer.from(id, 'hex')));
  if (!first) return;
  const others = room.talkers.map(each => each.guest).filter(other => other !== me);
  me.wire.say(me.first(others, { id: first }));
  for (const id of rest) me.wire.say({ type: 'msg', msg: me.msg(id) });
}

/** Remembers what it hears until the connection ends. */
export async function listen(talker: Talker): Promise<void> {
  try {
    for (;;) hear(talker, await talker.guest.wire.next());
  } catch (error) {
    if (!String(error).includes('the connection was closed')) throw error;
  }
}

/** On a new connection: everything that it has missed, in order and without a gap. */
export async function comeBack(talker: Talker, url: string): Promise<void> {
  talker.guest = await again(url, talker.guest);
  for (const frame of await talker.guest.resume(talker.since)) hear(talker, frame);
}

function hear(talker: Talker, frame: RelayFrame): void {
  if (frame.type === 'no') excused(talker, frame);
  const entry = entryOf(frame);
  if (!entry || !('seq' in frame)) return;
  expect(frame.seq, 'the seq of what was told').toBe(talker.since + 1);
  talker.since = frame.seq;
  note(talker.room, frame.seq, entry);
  if (entry.type !== 'msg') return;
  if (!hex(entry.msg).startsWith(hex(talker.guest.sid))) return;
  acknowledge(talker, hex(entry.msg.subarray(28, 44)), frame.seq);
}

/** A line that was sent again may have been kept the first time. */
function excused(talker: Talker, { code, id, seq }: Extract<RelayFrame, { type: 'no' }>): void {
  if (code === 'duplicate' && id && seq !== undefined) acknowledge(talker, hex(id), seq);
  else expect(code).toMatch(/^(slow-down|stale-roster|unavailable)$/);
}

function acknowledge({ room, pending }: Talker, id: string, seq: number): void {
  expect(room.acknowledged.get(id) ?? seq, `line ${id} has one place`).toBe(seq);
  room.acknowledged.set(id, seq);
  pending.delete(id);
}

/** One seq means one entry, whoever is told and whenever. */
function note({ entries }: Witnessed, seq: number, entry: Entry): void {
  const known = entries.get(seq);
  if (known) expect(hex(entryBytes(entry)), `entry ${seq}`).toBe(hex(entryBytes(known)));
  else entries.set(seq, entry);
}

function entryOf(frame: RelayFrame): Entry | undefined {
  switch (frame.type) {
    case 'msg':
      return { type: 'msg', msg: frame.msg };
    case 'join':
      return { type: 'join', bundle: frame.bundle };
    case 'leave':
      return { type: 'leave', bundleId: frame.bundleId, reason: frame.reason };
    default:
      return undefined;
  }
}

/** From the first entry to the last: nothing is missing, nothing is there twice, and a newcomer gets the same head. */
export async function verify(room: Witnessed, url: string): Promise<void> {
  const [first] = room.talkers;
  if (!first) throw new Error('a room without people');
  const reader = talkerOf(first.guest, room, 1);
  await comeBack(reader, url);
  const last = reader.since;
  const ids = new Map<string, number>();
  let head: Bytes = new Uint8Array(32);
  for (let seq = 1; seq <= last; seq++) {
    const entry = room.entries.get(seq);
    if (!entry) throw new Error(`entry ${seq} of ${room.roomId} is missing`);
    head = await nextHead(head, seq, entry);
    if (entry.type !== 'msg') continue;
    const id = hex(entry.msg.subarray(28, 44));
    expect(ids.has(id), `line ${id} is there twice`).toBe(false);
    ids.set(id, seq);
  }
  for (const [id, seq] of room.acknowledged) expect(ids.get(id), `line ${id} was acknowledged`).toBe(seq);
  await compareHead(room, url, { last, head });
}

async function compareHead({ roomId }: Witnessed, url: string, { last, head }: { last: number; head: Bytes }) {
  const newcomer = await guest(url, 'newcomer', { room: roomId });
  const told = await newcomer.join();
  const own: Entry = { type: 'join', bundle: encodeBundle(newcomer.session.bundle) };
  expect(told.seq).toBe(last + 1);
  expect(hex(told.head)).toBe(hex(await nextHead(head, last + 1, own)));
}
