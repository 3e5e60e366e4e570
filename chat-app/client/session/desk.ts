/** Everything that a session holds. Only what runs in the room's queue may change it. */
import type { Bytes } from '../../protocol/bytes.ts';
import type { Data } from '../../protocol/frames.ts';
import type { Identity, Kept, Member, Verified } from '../crypto/index.ts';
import type { Change } from './changes.ts';
import type { Clock } from './clock.ts';
import type { Outbox, Waiting } from './outbox.ts';
import { newPost, type Post } from './post.ts';
import { outside, reduce } from './reducer.ts';
import type { RoomState } from './state.ts';
import { type Stored, storedOf, waiting } from './stored.ts';
import type { ClientData, Connection, Transport } from './transport.ts';
import type { Found, Shelf } from './vault.ts';

/** What a session needs from outside. */
export interface SessionOptions {
  roomId: string;
  name: string;
  secret: Bytes | undefined;
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
  /** What was kept of the room, and where each turn is kept. */
  shelf: Shelf;
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
  /** A join got no answer, or nothing is known yet: if our session was replaced, then by ourselves. */
  replacedMyself: boolean;
  /** When the others were last told that something is being written. */
  typedAt: number;
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
  /** What is written and not sent. */
  draft: string;
  /** The core's state, as it wants to be kept. */
  kept: Kept | undefined;
  /** It has changed since it was stored. */
  dirty: boolean;
  /** The core goes on from what was kept. */
  back: boolean;
  stored: Stored;
  /** What is to leave the browser at the end of the turn. */
  post: Post;
  /** Everything about the room is to be removed. */
  forgotten: boolean;
  /** The program itself has failed. */
  fault: unknown;
  closed: boolean;
  /** Takes what has come in on a connection. */
  hear(inbox: Data[]): Promise<void>;
  /** Runs one thing after the other, and shows what came of it. */
  turn(work: () => Promise<void>): void;
}

/** `back`: the core goes on from what was kept. */
export const newDesk = (options: SessionOptions, member: Member, back: boolean): Desk => ({
  ...options,
  ...restored(options.shelf.found),
  member,
  back,
  state: shownAgain(options, back),
  stored: storedOf(options.shelf.found, options.verified),
  post: newPost(),
  connection: undefined,
  inbox: undefined,
  greeted: false,
  cancelRetry: undefined,
  attempt: 0,
  offlineSince: undefined,
  joining: undefined,
  // Whoever opens the page here wants in, whatever became of the session meanwhile.
  replacedMyself: true,
  typedAt: 0,
  away: undefined,
  clockOffMs: 0,
  late: undefined,
  plainAsked: false,
  kept: undefined,
  dirty: false,
  forgotten: false,
  fault: undefined,
  closed: false,
  hear: async () => undefined,
  turn: () => undefined,
});

type Restored = Pick<Desk, 'outbox' | 'alone' | 'leftAlone' | 'forks' | 'met' | 'draft'>;

const restored = ({ desk, draft }: Found): Restored => ({
  outbox: waiting(desk?.outbox),
  alone: waiting(desk?.alone),
  leftAlone: desk?.leftAlone ?? false,
  forks: new Map(desk?.forks),
  met: new Map(desk?.met),
  draft,
});

function shownAgain({ roomId, name, secret, shelf: { found } }: SessionOptions, back: boolean): RoomState {
  const { room, desk, items } = found;
  const { remarks = 0, banners = [], repeated = 0, plain = false } = desk ?? {};
  const inside = back && room?.inside === true;
  return {
    ...outside(roomId, name, secret !== undefined),
    ...{ inside, remarks, banners, repeated, plain },
    items: items.map(([, item]) => item),
  };
}

/** Changes the state; it is shown at the end of the turn. */
export function tell(desk: Desk, ...changes: Change[]): void {
  desk.state = changes.reduce(reduce, desk.state);
}
