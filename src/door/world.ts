import { join } from 'node:path';
import process from 'node:process';
import {
  type DataChange,
  DOOR_VERSION,
  type DoorStatus,
  type Switched,
  type Upstream,
  type WayBack,
} from '../core/door.ts';
import { readIfThere, writeWhole } from '../engine/files.ts';
import type { Entrance } from './entrance.ts';
import type { Settings } from './settings.ts';

/** A switch under way. Each step is written down before it is taken, so that a door that was killed can go on from it. */
export interface Change {
  readonly to: Upstream;
  readonly token: number;
  readonly step: 'release' | 'data' | 'activate';
  /** The container of the current release has ended. */
  readonly ended: boolean;
  readonly data: DataChange;
  /** What the data of now will be called when others take their place. */
  readonly replaced: string;
}

/** All that outlives a door. */
export interface State {
  readonly token: number;
  readonly current?: (Upstream & { readonly since: string }) | undefined;
  readonly previous?: Upstream | undefined;
  readonly switchedBy?: number | undefined;
  /** What the last switch has answered. */
  readonly switched?: Switched | undefined;
  /** The socket file of the process that was told to serve (see `identityOf`): another one is another process. */
  readonly told?: string | undefined;
  /** New connections wait, since and until (ms since 1970). */
  readonly hold?: { readonly since: number; readonly until: number } | undefined;
  readonly change?: Change | undefined;
  /**
   * A switch has failed: `current` was to be ended by the caller, or has let go. It is not told to serve again
   * before somebody says so, or the hold is over.
   */
  readonly left?: 'to-be-ended' | 'let-go' | undefined;
  readonly wayBack?: WayBack | undefined;
  /** A release that may have taken the data although it did not say so: nobody else may have them while it lives. */
  readonly doubt?: Upstream | undefined;
}

/** One object, changed only by the operations beside this file, one at a time. */
export interface World {
  readonly settings: Settings;
  readonly entrance: Entrance;
  state: State;
  /** The last write of the state. */
  writing: Promise<unknown>;
  /** The last operation. */
  turn: Promise<unknown>;
  expiry?: NodeJS.Timeout | undefined;
  /** Who is kept alive, and how to stop that. */
  keeping?: { readonly upstream: Upstream; readonly stop: () => Promise<void> } | undefined;
}

const fileOf = ({ settings }: Pick<World, 'settings'>): string => join(settings.run, 'door.json');

export const readWorld = async (settings: Settings, entrance: Entrance): Promise<World> => {
  const text = await readIfThere(fileOf({ settings }));
  const state: State = text === undefined ? { token: 0 } : JSON.parse(text);
  return { settings, entrance, state, writing: Promise.resolve(), turn: Promise.resolve() };
};

/** Written down first, then true. Rejects, and changes nothing, when that is not possible. */
export const save = (world: World, patch: Partial<State>): Promise<void> =>
  inTurn(world, async () => {
    const next = { ...world.state, ...patch };
    await write(world, next);
    world.state = next;
  });

/** For what has happened already: true also when it cannot be written down. */
export const note = (world: World, patch: Partial<State>): Promise<void> =>
  inTurn(world, async () => {
    world.state = { ...world.state, ...patch };
    await write(world, world.state);
  });

/** Of two writes the later one is what is left. */
const inTurn = (world: World, work: () => Promise<void>): Promise<void> => {
  const done = world.writing.then(work);
  world.writing = done.catch(() => {});
  return done;
};

/** After all that was to be done before it. */
export const inOrder = <Answer>(world: World, work: () => Promise<Answer>): Promise<Answer> => {
  const done = world.turn.then(work);
  world.turn = done.catch(() => {});
  return done;
};

const write = (world: World, state: State): Promise<void> => writeWhole(fileOf(world), JSON.stringify(state), 0o600);

export const statusOf = ({ state, entrance }: World): DoorStatus => ({
  version: DOOR_VERSION,
  ...(state.current && { current: state.current }),
  ...(state.previous && { previous: state.previous }),
  holding: state.hold !== undefined,
  waiting: entrance.waiting.size,
  open: entrance.open.size,
  token: state.token,
  ...(state.switchedBy !== undefined && { switchedBy: state.switchedBy }),
  ...(state.switched && { betweenMs: state.switched.betweenMs }),
  ...(state.left && { left: true }),
  ...(state.wayBack && { wayBack: state.wayBack }),
});

/** Into the log of the container. */
export const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
};
