/** One person in one room: what the relay says goes in, frames and events come out, one thing at a time. */
import type { ClientBinaryFrame } from '../../protocol/binary-frames.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import type { ClientFrame, RelayFrame } from '../../protocol/frames.ts';
import { roomHash } from '../../protocol/room.ts';
import { ID_BYTES } from '../../protocol/sizes.ts';
import type { Signal } from './content.ts';
import type { RoomEvent, Who } from './events.ts';
import { follow } from './following.ts';
import type { Frozen } from './freeze.ts';
import { freeze, thaw } from './freeze.ts';
import { linkKeys } from './link.ts';
import { roomCode } from './numbers.ts';
import { writePlain } from './plain-line.ts';
import { random } from './primitives.ts';
import { queue } from './queue.ts';
import { disconnected, join, resume, startOver } from './seat.ts';
import type { Identity } from './session.ts';
import type { Snapshot } from './snapshot.ts';
import { acceptPerson, identities, snapshot, verifyShown } from './snapshot.ts';
import type { Lasting, Remembered, Setting, Sources, State } from './state.ts';
import { newLasting, newState, remembered } from './state.ts';
import type { Verified } from './trust.ts';
import type { Draft, Sealed } from './writing.ts';
import { sealLine, sealSignal } from './writing.ts';

export interface Surroundings extends Partial<Sources> {
  identity: Identity;
  /** Who was verified, shared by all rooms; `verify` adds to it. */
  verified: Verified;
  /** Stores what must outlive a reload, with the events that go with it, before anything follows from it. */
  persist?(kept: Kept, events: RoomEvent[]): Promise<void>;
}

/** Either will do: with `freeze` a reload resumes where it stopped, with `remembered` it joins anew. */
export interface Kept {
  remembered: Remembered;
  freeze(): Frozen;
}

export interface Member {
  /**
   * Takes what the relay says, in order; `hello` begins a connection. What is wrong with a line, a bundle or the log
   * is an event. Several frames at once are stored at once.
   */
  receive(...frames: RelayFrame[]): Promise<RoomEvent[]>;
  /** A join with a new session, under another name if one is given. Fails with `unavailable` before `hello`. */
  join(name?: string): Promise<ClientFrame>;
  /** Asks for what was missed; undefined when there is nothing to resume and a join is due. */
  resume(): Promise<ClientFrame | undefined>;
  disconnected(): Promise<void>;
  /** Seals a line for exactly those who are listed; fails with what `Snapshot.obstacle` says, or `too-big`. */
  seal(draft: Draft): Promise<Sealed>;
  /** Typing and reading; fails as `seal` does, and with `no-chain` before the first line of a chain. */
  signal(signal: Signal): Promise<ClientBinaryFrame>;
  /** A line that the relay can read; fails with what `Snapshot.plainObstacle` says, or `too-big`. */
  plain(text: string, id?: Bytes): Promise<ClientFrame>;
  snapshot(): Promise<Snapshot>;
  /** 40 digits for everybody who is counted. */
  roomCode(): Promise<string>;
  /** Takes the key that was shown as this name's; fails with `key-changed` when another one is listed by now. */
  accept(person: Who): Promise<void>;
  /** The numbers of the key that was shown were compared; fails as `accept` does. */
  verify(person: Who): Promise<void>;
  /** After `stopped`, when the user wants to go on: forgets the log and the session. A join is due. */
  startOver(): Promise<void>;
  freeze(): Promise<Frozen>;
}

export interface NewMember {
  roomId: string;
  /** Matches NAME. */
  name: string;
  /** The room's link secret, if it has one. */
  secret?: Bytes | undefined;
  /** From an earlier time in this room. */
  remembered?: Remembered | undefined;
}

export const createMember = (start: NewMember, around: Surroundings): Promise<Member> =>
  memberOf(start, newLasting(start.name, start.remembered), around);

/** As it was frozen: no sending chain, not connected. */
export async function thawMember(frozen: Frozen, around: Surroundings): Promise<Member> {
  const { roomId, secret, lasting } = await thaw(frozen);
  return memberOf({ roomId, secret }, lasting, around);
}

type Door = Pick<NewMember, 'roomId' | 'secret'>;

async function memberOf(room: Door, lasting: Lasting, around: Surroundings): Promise<Member> {
  return facade(newState(await settingOf(room, around), lasting), around);
}

async function settingOf({ roomId, secret }: Door, around: Surroundings): Promise<Setting> {
  const { identity, verified, now = Date.now } = around;
  const room = await roomHash(roomId);
  const link = await linkKeys(secret, room);
  return { roomId, room, secret, link, identity, verified, now, random: around.random ?? random };
}

type Store = (events: RoomEvent[]) => Promise<void>;

function facade(state: State, { persist }: Surroundings): Member {
  const inTurn = queue();
  const store: Store = async events =>
    persist?.({ remembered: remembered(state), freeze: () => freeze(state) }, events);

  /** In turn, and stored before the caller has the outcome. */
  const lastingly = <T>(work: () => Promise<T>): Promise<T> => inTurn(() => stored(work, store));

  return {
    receive: (...frames) => inTurn(() => receive(state, frames, store)),
    join: name => lastingly(() => join(state, name)),
    resume: () => inTurn(() => resume(state)),
    disconnected: () => inTurn(async () => disconnected(state)),
    seal: draft => lastingly(() => sealLine(state, draft)),
    signal: signal => inTurn(() => sealSignal(state, signal)),
    plain: (text, id = state.setting.random(ID_BYTES)) => lastingly(() => writePlain(state, text, id)),
    snapshot: () => inTurn(async () => snapshot(state)),
    roomCode: async () => roomCode(await inTurn(async () => identities(state))),
    accept: person => lastingly(() => acceptPerson(state, person)),
    verify: person => lastingly(() => verifyShown(state, person)),
    startOver: () => lastingly(() => startOver(state)),
    freeze: () => inTurn(async () => freeze(state)),
  };
}

async function stored<T>(work: () => Promise<T>, store: Store): Promise<T> {
  const outcome = await work();
  await store([]);
  return outcome;
}

/** What leaves nothing behind that a reload must not lose. */
const PASSING: ReadonlySet<RelayFrame['type']> = new Set(['hello', 'key', 'eph', 'here', 'no']);

async function receive(state: State, frames: RelayFrame[], store: Store): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  for (const frame of frames) events.push(...(await follow(state, frame)));
  if (frames.some(({ type }) => !PASSING.has(type))) await store(events);
  return events;
}
