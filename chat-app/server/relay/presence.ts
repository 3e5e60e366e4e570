/** Who is here and who is away: a remark to the others, which may come a moment late. */
import { bytesOf } from '../hub/line.ts';
import { own } from '../hub/own.ts';
import type { Member, Room } from '../hub/room.ts';
import type { Core } from './core.ts';
import { schedule } from './flush.ts';
import { encode, seatsOf, write } from './say.ts';
import { roomTurn } from './turn.ts';

/** Rooms whose people have been told of somebody lately, and what they are to be told next. */
export type Remarks = Map<Room, { toldAt: number; waiting: Set<Member> }>;

/**
 * In a storm everybody comes back: one remark about all of a second, instead of one for each to each; and as each remark
 * is a write to everybody, large rooms wait longer for the next.
 */
const TELL_EVERY_MS = 1000;
const WAIT_FOR_EACH_MS = 50;

const tellEveryMs = (core: Core, room: Room): number =>
  Math.max(TELL_EVERY_MS, WAIT_FOR_EACH_MS * seatsOf(core, room).size);

/** The others hear of it after this turn, or with the next sweep when they have just heard of somebody. */
export function moved(core: Core, member: Member): void {
  const { room } = member;
  const known = core.remarks.get(room);
  if (known && performance.now() - known.toldAt < tellEveryMs(core, room)) known.waiting.add(member);
  else tell(core, room, [member, ...(known?.waiting ?? [])]);
}

/** Every second. */
export function tellWaiting(core: Core): void {
  for (const [room, { toldAt, waiting }] of core.remarks) {
    const agoMs = performance.now() - toldAt;
    if (waiting.size === 0 && agoMs >= TELL_EVERY_MS) core.remarks.delete(room);
    else if (waiting.size > 0 && agoMs >= tellEveryMs(core, room) - TELL_EVERY_MS) tell(core, room, waiting);
  }
}

function tell(core: Core, room: Room, members: Iterable<Member>): void {
  const { presence } = roomTurn(core, room);
  for (const member of members) presence.add(member);
  core.remarks.set(room, { toldAt: performance.now(), waiting: new Set() });
  schedule(core);
}

/** Tells everybody, after this turn, who is here and who is away by then: all of a room together. */
export function sayPresence(core: Core, room: Room, presence: ReadonlySet<Member>): void {
  const told = [...presence].filter(({ leftSeq }) => leftSeq === 0).map(member => ({ member, frame: here(member) }));
  if (told.length === 0) return;
  const shared = Buffer.concat(told.map(({ frame }) => frame));
  for (const [member, session] of seatsOf(core, room)) {
    if (!session.live) continue;
    if (!presence.has(member)) write(core, session, [shared]);
    else
      write(
        core,
        session,
        told.filter(each => each.member !== member).map(({ frame }) => frame),
      );
  }
}

/** Everybody who comes back is told who is still away: after a restart that is everybody, told to everybody. */
const saidAway = new WeakMap<Member, Buffer>();

export function here(member: Member): Buffer {
  if (member.awaySince === undefined) return hereFrame(member, 'here');
  const known = saidAway.get(member);
  if (known) return known;
  const frame = own(hereFrame(member, 'away'));
  saidAway.set(member, frame);
  return frame;
}

const hereFrame = ({ sid }: Member, state: 'here' | 'away'): Buffer =>
  encode({ type: 'here', sid: new Uint8Array(bytesOf(sid)), state });
