/** Everything that a session holds. Only what runs in the room's queue may change it. */
import type { Bytes } from '../../protocol/bytes.ts';
import type { Data } from '../../protocol/frames.ts';
import type { Identity, Member, Remembered, Verified } from '../crypto/index.ts';
import type { Change } from './changes.ts';
import type { Clock } from './clock.ts';
import type { Outbox, Waiting } from './outbox.ts';
import { outside, reduce } from './reducer.ts';
import type { RoomState } from './state.ts';
import type { ClientData, Connection, Transport } from './transport.ts';

/** What a session needs from outside. */
export interface SessionOptions {
  roomId: string;
  name: string;
  secret: Bytes | undefined;
  remembered: Remembered | undefined;
  identity: Identity;
  verified: Verified;
  /** Of the relay's WebSocket. */
  url: string;
  /** Of the page, for the invitation. */
  origin: string;
  transport: Transport;
  clock: Clock;
  random(length: number): Bytes;
  /** In [0, 1): spreads reconnections. */
  chance(): number;
  /** Stores what must outlive a reload, before anything follows from it. */
  keep(remembered: Remembered): Promise<void>;
  /** An error of the program itself. */
  report(error: unknown): void;
}

export interface Desk extends SessionOptions {
  member: Member;
  state: RoomState;
  connection: Connection | undefined;
  /** What came on that connection and has not been looked at; another one for each connection. */
  inbox: Data[] | undefined;
  /** The relay has said hello on it. */
  greeted: boolean;
  /** Calls off the next attempt to connect. */
  cancelRetry: (() => void) | undefined;
  /** Failed attempts in a row. */
  attempt: number;
  offlineSince: number | undefined;
  /** A join that has no answer yet, as it was sent. */
  joining: ClientData | undefined;
  /** A join got no answer: if our session was replaced, then by that. */
  replacedMyself: boolean;
  /** Named as away since the answer began; undefined once it is complete. */
  away: string[] | undefined;
  /** Our clock minus the relay's, milliseconds. */
  clockOffMs: number;
  /** On their way. */
  outbox: Outbox;
  /** Written while alone: stay here until the answer is yes. */
  alone: readonly Waiting[];
  /** Lines that waited, and who came since: to be asked about. */
  late: { names: string[] } | undefined;
  /** The others have left, and what happens now has not been decided. */
  leftAlone: boolean;
  /** Plain mode was asked for and not confirmed yet. */
  plainAsked: boolean;
  /** Identities whose lines showed another history: asked about, or to be asked about. */
  forks: Map<string, { name: string; answered: boolean }>;
  /** Identities that were met for the first time, or with another key, in this session. */
  met: Map<string, 'new' | 'new key'>;
  /** The program itself has failed. */
  fault: unknown;
  closed: boolean;
  /** Takes what has come in on a connection. */
  hear(inbox: Data[]): Promise<void>;
  /** Runs one thing after the other, and shows what came of it. */
  turn(work: () => Promise<void>): void;
}

export const newDesk = (options: SessionOptions, member: Member): Desk => ({
  ...options,
  member,
  state: outside(options.roomId, options.name, options.secret !== undefined),
  connection: undefined,
  inbox: undefined,
  greeted: false,
  cancelRetry: undefined,
  attempt: 0,
  offlineSince: undefined,
  joining: undefined,
  replacedMyself: false,
  away: undefined,
  clockOffMs: 0,
  outbox: [],
  alone: [],
  late: undefined,
  leftAlone: false,
  plainAsked: false,
  forks: new Map(),
  met: new Map(),
  fault: undefined,
  closed: false,
  hear: async () => undefined,
  turn: () => undefined,
});

/** Changes the state; it is shown at the end of the turn. */
export function tell(desk: Desk, ...changes: Change[]): void {
  desk.state = changes.reduce(reduce, desk.state);
}
