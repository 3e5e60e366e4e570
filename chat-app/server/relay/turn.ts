/** What arrived in one turn of the event loop: one transaction, and afterwards everything that may then be said. */

import { entryBytes } from '../../protocol/log.ts';
import type { Departure } from '../hub/leave.ts';
import { bytesOf, ENTRY } from '../hub/line.ts';
import type { Refusal } from '../hub/refusal.ts';
import type { Member, Room } from '../hub/room.ts';
import type { Batch, Checkpoint, EntryRecord } from '../store/store.ts';
import { emptyBatch } from '../store/store.ts';
import type { Core } from './core.ts';
import { schedule } from './flush.ts';
import type { Page } from './page.ts';
import type { Session } from './session.ts';

export interface Turn {
  batch: Batch;
  rooms: Map<Room, RoomTurn>;
  joins: Joined[];
  resumes: Resumed[];
  answers: Answer[];
  /** Rooms whose log has been hashed further, with what is in `batch.checkpoints` for them. */
  followed: [Room, Checkpoint][];
  /** To be called in reverse when the commit fails. */
  undo: (() => void)[];
  /** Resolved once it is committed and told, or undone. */
  over: PromiseWithResolvers<void>;
}

export interface RoomTurn {
  lines: Line[];
  /** Ephemeral events behind the lines. */
  events: { from: Member; frame: Buffer }[];
  /** Who has come or gone, of those who stay listed. */
  presence: Set<Member>;
  /** Who leaves in this turn, and the index of that line. */
  gone: Map<Member, number>;
  /** The lines as frames, once they are committed. */
  page: Page | undefined;
}

/** A new entry of a log, and what is known of it besides. */
export interface Line extends EntryRecord {
  /** Who said it; undefined for joins and leaves. */
  author: Member | undefined;
  /** Who waits for it. */
  from: Session | undefined;
  /** Whom the envelopes in `keys` are for, in their order. */
  targets: Member[] | undefined;
}

export interface Joined {
  session: Session;
  member: Member;
  /** The index of its join among the lines of the room. */
  line: number;
  /** Who was listed right after the join. */
  present: Member[];
  /** The log up to the join: filled in before the commit. */
  head: Buffer;
  earlier: number;
}

export interface Resumed {
  session: Session;
  view: View;
  /** The last seq that the client has. */
  since: number;
}

/** What of a log somebody may see: from the own join to the own leave. */
export interface View {
  room: number;
  sid: Buffer;
  joinSeq: number;
  /** Undefined when it has left, and the relay has forgotten it but for the store. */
  member: Member | undefined;
  /** Where `member` is undefined: the seq of the leave. */
  leftSeq: number;
  /** Who of those it knew is away now. */
  away: () => Member[];
}

export interface Answer {
  session: Session;
  refusal: Refusal;
  /** Of the line that is answered. */
  id: Buffer | undefined;
}

export const newTurn = (): Turn => ({
  batch: emptyBatch(),
  rooms: new Map(),
  joins: [],
  resumes: [],
  answers: [],
  followed: [],
  undo: [],
  over: Promise.withResolvers(),
});

export const isDirty = ({ batch }: Turn): boolean =>
  batch.entries.length > 0 || batch.checkpoints.length > 0 || batch.trims.length > 0 || batch.pruneBefore !== undefined;

export function roomTurn(core: Core, room: Room): RoomTurn {
  const known = core.turn.rooms.get(room);
  if (known) return known;
  const fresh: RoomTurn = { lines: [], events: [], presence: new Set(), gone: new Map(), page: undefined };
  core.turn.rooms.set(room, fresh);
  return fresh;
}

/** Moves the checkpoint of a room in this turn. */
export function moveCheckpoint(turn: Turn, room: Room, checkpoint: Checkpoint): void {
  turn.batch.checkpoints.push({ room: room.id, ...checkpoint });
  turn.followed.push([room, checkpoint]);
}

/** Puts an entry, which has its seq already, into this turn. */
export function log(core: Core, room: Room, line: Line): void {
  core.turn.batch.entries.push(line);
  roomTurn(core, room).lines.push(line);
  schedule(core);
}

/** Puts the leave of somebody who has just been unlisted into this turn. */
export function logLeave(core: Core, { member, reason }: Departure, from?: Session): void {
  const { room, leftSeq } = member;
  const bundleId = bytesOf(member.bundleId);
  const body = Buffer.from(entryBytes({ type: 'leave', bundleId: new Uint8Array(bundleId), reason }));
  const turn = roomTurn(core, room);
  turn.gone.set(member, turn.lines.length);
  // The events of this turn were sent on chains that end here.
  turn.events = [];
  core.turn.batch.leaves.push({ room: room.id, bundleId, leftSeq });
  log(core, room, { ...membership(core, member, body), seq: leftSeq, from });
}

export function logJoin(core: Core, member: Member): void {
  const { room, bundle, identity, expires, joinSeq } = member;
  const bundleId = bytesOf(member.bundleId);
  const session = { room: room.id, identity: identity.id, bundleId, bundle, expires, joinSeq, leftSeq: null };
  core.turn.batch.joins.push(session);
  roomTurn(core, room).events = [];
  log(core, room, membership(core, member, Buffer.concat([Buffer.of(ENTRY.join), bundle])));
}

const membership = (core: Core, { room, joinSeq }: Member, body: Buffer): Line => ({
  room: room.id,
  seq: joinSeq,
  at: core.now(),
  sender: null,
  body,
  keys: null,
  author: undefined,
  from: undefined,
  targets: undefined,
});

/** Says no, after everything that is waiting to be said before it. */
export function answer(core: Core, answered: Answer): void {
  core.turn.answers.push(answered);
  schedule(core);
}
