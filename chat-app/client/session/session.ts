/** One person in one room, with a relay somewhere: keeps the connection, sends what is written, shows what comes. */
import { createMember, invitation } from '../crypto/index.ts';
import { queue } from '../crypto/queue.ts';
import { commandsOf, type RoomCommands } from './commands.ts';
import { connect, hangUp } from './connecting.ts';
import { type Desk, newDesk, type SessionOptions } from './desk.ts';
import { drain } from './receiving.ts';
import { broken, settle } from './settling.ts';
import type { RoomState } from './state.ts';
import { createStore } from './store.ts';

export type { SessionOptions } from './desk.ts';

export interface Session {
  /** What the room looks like now. */
  snapshot(): RoomState;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  commands: RoomCommands;
  /** The address that lets others in. */
  invitation: string;
  /** Ends the connection; the person stays a member. */
  dispose(): void;
}

/** Connects at once, and goes on until it is left, disposed of, or spoken for elsewhere. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const desk = newDesk(options, await memberOf(options));
  const shown = createStore(desk.state);
  const inTurn = queue();
  desk.hear = inbox => drain(desk, inbox);
  desk.turn = work => {
    const done = inTurn(() => takeTurn(desk, work));
    done.catch(error => broken(desk, error)).finally(() => shown.set(desk.state));
  };
  desk.turn(async () => connect(desk));
  lookEveryHour(desk);
  return {
    snapshot: shown.snapshot,
    subscribe: shown.subscribe,
    commands: commandsOf(desk, shown.snapshot),
    invitation: invitation(options.origin, options.roomId, options.secret),
    dispose: () => desk.turn(() => close(desk)),
  };
}

const memberOf = ({ roomId, name, secret, remembered, ...around }: SessionOptions) =>
  createMember(
    { roomId, name, secret, remembered },
    {
      identity: around.identity,
      verified: around.verified,
      random: around.random,
      now: around.clock.now,
      persist: kept => around.keep(kept.remembered),
    },
  );

async function takeTurn(desk: Desk, work: () => Promise<void>): Promise<void> {
  if (desk.closed || desk.state.ended) return;
  await work();
  await settle(desk);
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
