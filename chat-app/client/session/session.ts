/** One person in one room, with a relay somewhere: keeps the connection, sends what is written, shows what comes. */
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import { Failure } from '../../protocol/failure.ts';
import {
  createMember,
  invitation,
  type Kept,
  type Member,
  type Surroundings as MemberSurroundings,
  thawMember,
} from '../crypto/index.ts';
import { queue } from '../crypto/queue.ts';
import { commandsOf, type RoomCommands } from './commands.ts';
import { connect, hangUp } from './connecting.ts';
import { type Desk, newDesk, type SessionOptions } from './desk.ts';
import { type Numbers, numbersOf } from './numbers.ts';
import { drain } from './receiving.ts';
import { broken, settle } from './settling.ts';
import type { RoomState } from './state.ts';
import { createStore } from './store.ts';
import { finishTurn } from './storing.ts';

export type { SessionOptions } from './desk.ts';

export interface Session {
  /** What the room looks like now. */
  snapshot(): RoomState;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  commands: RoomCommands;
  numbers: Numbers;
  /** The address that lets others in. */
  invitation: string;
  /** What was written and not sent when the page was closed. */
  draft: string;
  /** Ends the connection; the person stays a member. */
  dispose(): void;
}

/** Connects at once, and goes on until it is left, disposed of, or spoken for elsewhere. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const desk = await deskOf(options);
  const shown = createStore(desk.state);
  const inTurn = queue();
  desk.hear = inbox => drain(desk, inbox);
  desk.turn = work => {
    const done = inTurn(() => takeTurn(desk, work).catch(error => broken(desk, error)));
    done.finally(() => shown.set(desk.state)).catch(desk.report);
  };
  desk.turn(async () => connect(desk));
  lookEveryHour(desk);
  return {
    snapshot: shown.snapshot,
    subscribe: shown.subscribe,
    commands: commandsOf(desk, shown.snapshot),
    numbers: numbersOf(desk),
    invitation: invitation(options.origin, options.roomId, options.secret),
    draft: desk.draft,
    dispose: () => desk.turn(() => close(desk)),
  };
}

async function deskOf(options: SessionOptions): Promise<Desk> {
  const { identity, verified, random, clock } = options;
  let desk: Desk | undefined;
  const persist = async (kept: Kept) => {
    if (desk) Object.assign(desk, { kept, dirty: true });
  };
  const around = { identity, verified, random, now: clock.now, persist };
  const back = await comeBack(options, around);
  desk = newDesk(options, back ?? (await newcomer(options, around)), back !== undefined);
  return desk;
}

const newcomer = ({ roomId, name, secret, shelf }: SessionOptions, around: MemberSurroundings): Promise<Member> =>
  createMember({ roomId, name, secret, remembered: shelf.found.room?.remembered }, around);

/** Where the core stopped; undefined when nothing was kept, by another version, or with another link. */
async function comeBack({ secret, shelf }: SessionOptions, around: MemberSurroundings): Promise<Member | undefined> {
  const { frozen } = shelf.found;
  if (!frozen) return undefined;
  try {
    const member = await thawMember(frozen, around);
    return isSame((await member.snapshot()).secret, secret) ? member : undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'no-storage') return undefined;
    throw error;
  }
}

const isSame = (a: Bytes | undefined, b: Bytes | undefined): boolean => (a && b ? equal(a, b) : a === b);

async function takeTurn(desk: Desk, work: () => Promise<void>): Promise<void> {
  if (desk.closed || desk.state.ended) return;
  await work();
  await settle(desk);
  await finishTurn(desk);
}

async function close(desk: Desk): Promise<void> {
  desk.closed = true;
  desk.cancelRetry?.();
  await hangUp(desk);
}

const HOUR_MS = 3_600_000;

/** A session that is a day old is replaced, also when nothing happens. */
function lookEveryHour(desk: Desk): void {
  desk.clock.after(HOUR_MS, () => desk.turn(async () => lookEveryHour(desk)));
}
