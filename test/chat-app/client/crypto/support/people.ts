/** People in a room, over a relay or told by the test itself. */
import { expect } from 'vitest';
import type { RoomEvent } from '../../../../../chat-app/client/crypto/events.ts';
import { followed, startLog } from '../../../../../chat-app/client/crypto/log-view.ts';
import type { Member, Surroundings } from '../../../../../chat-app/client/crypto/member.ts';
import { createMember } from '../../../../../chat-app/client/crypto/member.ts';
import { random } from '../../../../../chat-app/client/crypto/primitives.ts';
import type { Identity } from '../../../../../chat-app/client/crypto/session.ts';
import { newIdentity } from '../../../../../chat-app/client/crypto/session.ts';
import type { Verified } from '../../../../../chat-app/client/crypto/trust.ts';
import type { Bytes } from '../../../../../chat-app/protocol/bytes.ts';
import { concat } from '../../../../../chat-app/protocol/bytes.ts';
import type { Code } from '../../../../../chat-app/protocol/failure.ts';
import type { ClientBinaryFrame, RelayFrame } from '../../../../../chat-app/protocol/frames.ts';
import { splitKeys } from '../../../../../chat-app/protocol/keys.ts';
import { hex } from '../../../../../chat-app/protocol/text.ts';
import { Relay, type Socket } from './relay.ts';

export const SECRET = random(32);

/** A clock that the test moves. */
export const clockAt = (ms = 1_800_000_000_000) => ({
  ms,
  now() {
    return this.ms;
  },
});
export type Clock = ReturnType<typeof clockAt>;

export interface Wanted {
  roomId?: string;
  secret?: Bytes | undefined;
  identity?: Identity;
  verified?: Verified;
  clock?: Clock;
  persist?: NonNullable<Surroundings['persist']>;
}

export interface Person {
  name: string;
  member: Member;
  identity: Identity;
  around: Surroundings;
}

export async function person(name: string, wanted: Wanted = {}): Promise<Person> {
  const { roomId = 'lobby', clock = clockAt(), persist } = wanted;
  const identity = wanted.identity ?? (await newIdentity());
  const around: Surroundings = {
    identity,
    verified: wanted.verified ?? new Map(),
    now: () => clock.ms,
    ...(persist && { persist }),
  };
  const secret = 'secret' in wanted ? wanted.secret : SECRET;
  return { name, identity, around, member: await createMember({ roomId, name, secret }, around) };
}

const limits = { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 };
const hello = (time: number): RelayFrame => ({ type: 'hello', suites: [1], challenge: random(32), time, limits });

/** A connection begins. */
export const greet = ({ member, around }: Person) => member.receive(hello(around.now?.() ?? 0));

/** Connects, and returns the bundle with which this person wants to join. */
export async function knock(someone: Person): Promise<Bytes> {
  await greet(someone);
  const frame = await someone.member.join();
  if (frame.type !== 'join') throw new Error('no join');
  return frame.bundle;
}

export interface Seat {
  seq?: number;
  head?: Bytes;
}

/** Answers a join as if by a relay, without one; `members` in the order of joins. */
export const seat = ({ member }: Person, members: Bytes[], { seq = 1, head = new Uint8Array(32) }: Seat = {}) =>
  member.receive({ type: 'room', seq, head, members, earlier: 0 }, { type: 'synced', seq });

/** All of them are told that exactly they are in the room. Returns their bundles. */
export async function told(people: Person[], at?: Seat): Promise<Bytes[]> {
  const bundles: Bytes[] = [];
  for (const each of people) bundles.push(await knock(each));
  for (const each of people) await seat(each, bundles, at);
  return bundles;
}

/** What was sealed, as it reaches `to` under `seq`. */
export async function asFrames(frame: ClientBinaryFrame, to: Person, seq: number): Promise<RelayFrame[]> {
  if (frame.type === 'eph') return [frame];
  const { sid = '' } = await to.member.snapshot();
  const envelope = frame.type === 'first' ? splitKeys(frame.keys).envelopes.get(sid) : undefined;
  const key =
    frame.type === 'first' && envelope
      ? [{ type: 'key', key: concat(splitKeys(frame.keys).head, envelope) } as const]
      : [];
  return [...key, { type: 'msg', seq, msg: frame.msg }];
}

export const text = (line: string) => ({ kind: 'text', text: line }) as const;

/** Seals a text line; it must not have to ask. */
export async function sealed(
  { member }: Person,
  line: string,
  id?: Bytes,
): Promise<Exclude<ClientBinaryFrame, { type: 'eph' }>> {
  const outcome = await member.seal({ body: text(line), ...(id && { id }) });
  if (outcome.type !== 'sealed' || outcome.frame.type === 'eph') throw new Error('not sealed');
  return outcome.frame;
}

/** Feeds what was sealed to somebody as the entry after the last. */
export async function hand(to: Person, frame: ClientBinaryFrame, seq?: number): Promise<RoomEvent[]> {
  const { seq: last } = await to.member.snapshot();
  return to.member.receive(...(await asFrames(frame, to, seq ?? last + 1)));
}

/** A person with a connection. */
export interface Online extends Person {
  socket: Socket;
  /** Everything that has arrived since. */
  pump(): Promise<RoomEvent[]>;
  say(line: string, id?: Bytes): Promise<void>;
}

export function online(someone: Person, relay: Relay): Online {
  const here: Online = {
    ...someone,
    socket: relay.connect(),
    pump: async () => someone.member.receive(...here.socket.inbox.splice(0)),
    say: async (line, id) => here.socket.send(await sealed(someone, line, id)),
  };
  return here;
}

/** Connects and joins; has everything up to `synced`. */
export async function join(someone: Person, relay: Relay): Promise<Online> {
  const here = online(someone, relay);
  await here.pump();
  await here.socket.send(await here.member.join());
  await here.pump();
  return here;
}

/** Connects again and takes up the session. */
export async function resume(someone: Person, relay: Relay): Promise<{ here: Online; events: RoomEvent[] }> {
  const here = online(someone, relay);
  await here.pump();
  const frame = await here.member.resume();
  if (!frame) throw new Error('nothing to resume');
  await here.socket.send(frame);
  return { here, events: await here.pump() };
}

export interface Room {
  relay: Relay;
  clock: Clock;
  people: Online[];
}

/** People in one room over one honest relay, all up to date. */
export async function roomOf<const N extends string[]>(names: N, wanted: Wanted = {}) {
  const clock = wanted.clock ?? clockAt();
  const relay = new Relay(() => clock.ms);
  const people: Online[] = [];
  for (const name of names) people.push(await join(await person(name, { ...wanted, clock }), relay));
  for (const each of people) await each.pump();
  return { relay, clock, people: people as { [K in keyof N]: Online } };
}

/** `alice: hi`, or `[code]` for what could not be opened. */
export const shown = (events: RoomEvent[]): string[] =>
  events.flatMap(event => {
    if (event.type === 'line')
      return [`${event.name}: ${event.body.kind === 'text' ? event.body.text : event.body.kind}`];
    return event.type === 'unreadable' ? [`[${event.code}]`] : [];
  });

export const types = (events: RoomEvent[]): string[] => events.map(({ type }) => type);

export const refuses = (promise: Promise<unknown>, code: Code) => expect(promise).rejects.toMatchObject({ code });

/** The head after a join of `bundle` as the entry after `seq`. */
export async function headAfterJoin(seq: number, head: Bytes, bundle: Bytes): Promise<Bytes> {
  return (await followed(startLog(seq, head), { type: 'join', bundle })).head;
}

export const idOf = (frame: ClientBinaryFrame): string => (frame.type === 'eph' ? '' : hex(frame.msg.subarray(28, 44)));
