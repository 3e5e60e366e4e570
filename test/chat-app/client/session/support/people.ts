/** People in a room, each with a session, a wire of their own to one relay, and one clock. */
import { newIdentity, newLinkSecret, random } from '../../../../../chat-app/client/crypto/index.ts';
import { type Session, type SessionOptions, startSession } from '../../../../../chat-app/client/session/session.ts';
import type { RoomState } from '../../../../../chat-app/client/session/state.ts';
import type { KeptRoom } from '../../../../../chat-app/client/session/vault.ts';
import { Relay } from '../../crypto/support/relay.ts';
import { type TestClock, testClock } from './clock.ts';
import { newShelf } from './shelf.ts';
import { type Wire, wireTo } from './wire.ts';

export interface World {
  relay: Relay;
  clock: TestClock;
  secret: ReturnType<typeof newLinkSecret>;
}

export function newWorld(): World {
  const clock = testClock();
  return { relay: new Relay(clock.now), clock, secret: newLinkSecret() };
}

export interface Person extends Session {
  wire: Wire;
  /** What was kept last. */
  kept: () => KeptRoom | undefined;
  faults: unknown[];
}

export async function person(world: World, name: string, more: Partial<SessionOptions> = {}): Promise<Person> {
  const wire = wireTo(world.relay);
  const faults: unknown[] = [];
  const shelf = await newShelf();
  const session = await startSession({
    roomId: 'harbour',
    name,
    secret: world.secret,
    identity: await newIdentity(),
    verified: new Map(),
    url: 'ws://relay/ws',
    origin: 'https://chat.example.org',
    transport: wire,
    clock: world.clock,
    random,
    chance: () => 0.5,
    shelf,
    report: error => faults.push(error),
    ...more,
  });
  return { ...session, wire, faults, kept: shelf.kept };
}

/** Waits until the room looks as `is` says, and returns it. */
export function until({ snapshot, subscribe }: Session, is: (state: RoomState) => unknown): Promise<RoomState> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!is(snapshot())) return;
      stop();
      clearTimeout(timer);
      resolve(snapshot());
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`It never came to that: ${JSON.stringify(snapshot(), null, 1)}`));
    }, 5000);
    const stop = subscribe(look);
    look();
  });
}

/** Waits until everything that has come in so far has been dealt with. */
export async function idle(session: Session): Promise<void> {
  session.commands.look(false);
  await until(session, ({ looking }) => !looking);
  session.commands.look(true);
  await until(session, ({ looking }) => looking);
}

export const isOnline = ({ connection }: RoomState): boolean => connection.kind === 'online';
export const sees =
  (...names: string[]) =>
  ({ people }: RoomState): boolean =>
    people.map(({ name }) => name).join() === names.join();

/** In the room, and in sync. */
export async function enter(world: World, name: string, more?: Partial<SessionOptions>): Promise<Person> {
  const entered = await person(world, name, more);
  await until(entered, isOnline);
  return entered;
}

/** `name: text (state)` for lines, `-- text` for remarks. */
export const log = ({ items }: RoomState): string[] =>
  items.map(item => {
    if (item.kind === 'remark') return `-- ${item.text}`;
    const state = item.delivery ? ` (${item.delivery.state})` : '';
    return `${item.name}: ${item.text}${item.plain ? ' [plain]' : ''}${state}`;
  });

export const texts = ({ items }: RoomState): string[] =>
  items.flatMap(item => (item.kind === 'line' ? [item.text] : []));
export const delivery = ({ items }: RoomState, text: string) =>
  items.flatMap(item => (item.kind === 'line' && item.text === text ? [item.delivery?.state] : []))[0];
