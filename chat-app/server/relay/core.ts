import type { Gate } from '../gate.ts';
import type { Recent } from '../hub/recent.ts';
import type { Hub, Member, Room } from '../hub/room.ts';
import { newHub, openRoom } from '../hub/room.ts';
import type { Log } from '../log.ts';
import type { Kept, Store } from '../store/store.ts';
import type { Counters } from './counters.ts';
import type { Remarks } from './presence.ts';
import type { ReplayCache } from './replay.ts';
import type { Session } from './session.ts';
import type { Turn } from './turn.ts';
import { newTurn } from './turn.ts';

/** What a relay is given. */
export interface CoreOptions {
  store: Store;
  limits: Limits;
  /** ms since 1970 */
  now: () => number;
  counters: Counters;
  gate: Gate;
  log: Log;
}

export interface Limits {
  /** How many a room holds. */
  members: number;
  /** How many may be in memory. */
  rooms: number;
  /** How many rooms and identities the store may have for good. */
  kept: Kept;
  /** How long somebody stays listed without a connection. */
  awayMs: number;
  /** How long entries are kept. */
  historyMs: number;
  /** What the store may use before the oldest entries are forgotten earlier. */
  historyBytes: number;
}

/** The rooms, who is connected to them, and what waits for the next commit. */
export interface Core extends CoreOptions {
  hub: Hub;
  sessions: Set<Session>;
  /** Which connection speaks for a member. */
  seats: Map<Room, Map<Member, Session>>;
  turn: Turn;
  /** The flush under way, if any. */
  flushing: Promise<void> | undefined;
  /** A flush that will begin after this turn of the event loop. */
  scheduled: boolean;
  /** False from a failed write to the next good one. */
  storeWell: boolean;
  /** Logs that are being hashed on. */
  following: Map<Room, Promise<void>>;
  /** Last days that are being read. */
  loading: Map<Room, Promise<Recent>>;
  /** Nothing new is begun. */
  stopping: boolean;
  /** What the store has for good, with what waits for the next commit. */
  kept: Kept;
  replays: ReplayCache;
  remarks: Remarks;
}

/** Everybody whom the store has listed is away from now on. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const last = await options.store.lastIds();
  const hub = newHub(last.room, last.identity);
  for (const record of await options.store.listedRooms()) openRoom(hub, record, options.now());
  return {
    ...options,
    hub,
    sessions: new Set(),
    seats: new Map(),
    turn: newTurn(),
    flushing: undefined,
    scheduled: false,
    storeWell: true,
    following: new Map(),
    loading: new Map(),
    stopping: false,
    kept: await options.store.kept(),
    replays: new Map(),
    remarks: new Map(),
  };
}
