/** A talk as a list of steps, which fast-check can make up, make smaller and write down. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import type { Guest } from './guest.ts';
import { again, guest, random } from './guest.ts';
import type { Running } from './relay.ts';
import { running } from './relay.ts';

const PEOPLE = 3;
const DOES = [
  'arrive',
  'join',
  'resume',
  'resume-from-nowhere',
  'renew',
  'first',
  'first-stale',
  'first-for-a-stranger',
  'message',
  'again',
  'event',
  'plain',
  'leave',
  'junk',
  'hang-up',
  'cut',
  'wait',
  'break-disk',
  'mend-disk',
] as const;

export interface Step {
  who: number;
  does: (typeof DOES)[number];
}

/** What people mostly do. */
const OFTEN: readonly Step['does'][] = ['join', 'first', 'message', 'plain', 'resume'];

const anyStep: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(PEOPLE - 1),
  does: fc.oneof(fc.constantFrom(...OFTEN), fc.constantFrom(...DOES)),
});

/** One is in the room already, or two are. */
const BEGINNINGS: readonly Step[][] = [0, 1].map(last =>
  Array.from({ length: last + 1 }, (_, who): Step[] => [
    { who, does: 'arrive' },
    { who, does: 'join' },
  ]).flat(),
);

export const anyTalk: fc.Arbitrary<Step[]> = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.array(anyStep, { minLength: 1, maxLength: 25 }))
  .map(([beginning, steps]) => [...beginning, ...steps]);

interface Talk {
  relay: Running;
  people: (Guest | undefined)[];
  disk: { isBroken: boolean };
  last: Map<Guest, Uint8Array<ArrayBuffer>>;
  /** What anybody was told stands at a seq. */
  entries: Map<number, string>;
  heard: Map<Guest, number[]>;
  /** How often somebody has asked for what it knows already: what is new may come before the answer. */
  resumed: Map<Guest, number>;
}

/** Holds the talk on a relay of its own, and looks at what everybody was told. */
export async function hold(steps: readonly Step[]): Promise<void> {
  const talk = await begin();
  try {
    for (const step of steps) await take(talk, step);
    talk.disk.isBroken = false;
    for (const one of talk.people) if (one) await hearAll(talk, one);
    for (const seqs of talk.heard.values()) {
      expect(seqs).toEqual(seqs.map((_, nth) => (seqs[0] ?? 0) + nth));
    }
    expect(talk.relay.logged.filter(isFault)).toEqual([]);
  } finally {
    for (const one of talk.people) one?.wire.socket.terminate();
    await talk.relay.stop();
  }
}

/** A disk that the talk itself has broken is none. */
const isFault = ({ level, reason }: Record<string, unknown>): boolean =>
  level === 'error' && !String(reason).includes('a broken disk');

async function begin(): Promise<Talk> {
  const disk = { isBroken: false };
  const relay = await running({
    store: store => ({
      ...store,
      write: async batch => {
        if (disk.isBroken) throw new Error('a broken disk');
        await store.write(batch);
      },
    }),
  });
  return {
    relay,
    disk,
    people: Array(PEOPLE).fill(undefined),
    last: new Map(),
    entries: new Map(),
    heard: new Map(),
    resumed: new Map(),
  };
}

async function take(talk: Talk, { who, does }: Step): Promise<void> {
  const { relay, people } = talk;
  const one = people[who];
  if (does === 'wait') return relay.clock.pass(700);
  if (does === 'break-disk' || does === 'mend-disk') {
    talk.disk.isBroken = does === 'break-disk';
    return;
  }
  if (one?.wire.socket.readyState !== 1) return arrive(talk, who);
  await hearAll(talk, one);
  await say(talk, one, does);
}

async function arrive(talk: Talk, who: number): Promise<void> {
  const { relay, people } = talk;
  const before = people[who];
  people[who] = before ? await again(relay.socketUrl, before) : await guest(relay.socketUrl, `p${who}`);
}

async function say(talk: Talk, one: Guest, does: Step['does']): Promise<void> {
  const others = talk.people.flatMap(other => (other && other !== one ? [other] : []));
  switch (does) {
    case 'join':
      return one.wire.say(await one.joinFrame());
    case 'renew':
      return one.wire.say({ ...(await one.joinFrame()), proof: random(64) });
    case 'resume':
      asks(talk, one, 1);
      return one.wire.say(await one.resumeFrame(0));
    case 'resume-from-nowhere':
      asks(talk, one, 1);
      return one.wire.say(await one.resumeFrame(1_000_000));
    case 'first':
    case 'first-stale':
    case 'first-for-a-stranger': {
      const to = does === 'first-for-a-stranger' ? [{ sid: random(8) }] : others;
      return one.wire.say(one.first(to, { at: does === 'first-stale' ? 0 : one.memberSeq }));
    }
    case 'message':
      talk.last.set(one, one.msg());
      return one.wire.say({ type: 'msg', msg: talk.last.get(one) ?? one.msg() });
    case 'again':
      return one.wire.say({ type: 'msg', msg: talk.last.get(one) ?? one.msg() });
    case 'event':
      return one.wire.say({ type: 'eph', eph: one.msg() });
    case 'plain':
      return one.wire.say({ type: 'plain', plain: one.plain('hello') });
    case 'leave':
      return one.wire.say({ type: 'leave' });
    case 'junk':
      return one.wire.sayRaw(random(300));
    case 'hang-up':
      return one.wire.close();
    case 'cut':
      one.wire.socket.terminate();
  }
}

/** Everything that this one was told, and that is settled. */
async function hearAll(talk: Talk, one: Guest): Promise<void> {
  if (one.wire.socket.readyState !== 1) return;
  try {
    for (const frame of await one.wire.rest()) hear(talk, one, frame);
  } catch (error) {
    // Another connection has taken its session over, or it has said too much nonsense.
    if (!String(error).includes('the connection was closed')) throw error;
  }
}

function hear(talk: Talk, one: Guest, frame: RelayFrame): void {
  if (frame.type === 'room') {
    one.memberSeq = frame.seq;
    talk.heard.set(one, [frame.seq]);
  }
  const entry = entryOf(frame);
  if (!entry || !('seq' in frame) || frame.seq === undefined) return;
  if (frame.type === 'join' || frame.type === 'leave') one.memberSeq = frame.seq;
  const before = talk.heard.get(one) ?? [];
  const isReplay = frame.seq <= (before.at(-1) ?? 0) && asks(talk, one, -1);
  talk.heard.set(one, isReplay ? [frame.seq] : [...before, frame.seq]);
  expect(talk.entries.get(frame.seq) ?? entry, `entry ${frame.seq}`).toBe(entry);
  talk.entries.set(frame.seq, entry);
}

/** Returns whether it was waiting for an answer. */
function asks({ resumed }: Talk, one: Guest, change: 1 | -1): boolean {
  const before = resumed.get(one) ?? 0;
  resumed.set(one, Math.max(0, before + change));
  return before > 0;
}

function entryOf(frame: RelayFrame): string | undefined {
  switch (frame.type) {
    case 'msg':
      return `msg ${hex(frame.msg)}`;
    case 'plain':
      return `plain ${hex(frame.plain)}`;
    case 'join':
      return `join ${hex(frame.bundle)}`;
    case 'leave':
      return `leave ${hex(frame.bundleId)}`;
    default:
      return undefined;
  }
}
