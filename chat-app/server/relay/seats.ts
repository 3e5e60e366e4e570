/** Which connection speaks for which member. */
import { CLOSE_TAKEN_OVER } from '../../protocol/limits.ts';
import type { Member } from '../hub/room.ts';
import type { Core } from './core.ts';
import { moved } from './presence.ts';
import type { Session } from './session.ts';

/** The session speaks for the member from now on; an earlier connection of the member is closed. */
export function seat(core: Core, session: Session, member: Member): void {
  const seats = core.seats.get(member.room) ?? new Map<Member, Session>();
  core.seats.set(member.room, seats);
  const earlier = seats.get(member);
  if (earlier && earlier !== session) {
    core.counters.takeOvers += 1;
    dismiss(earlier);
    earlier.ended = true;
    earlier.link.close(CLOSE_TAKEN_OVER);
  }
  seats.set(member, session);
  session.member = member;
  session.entered = true;
  const wasAway = member.awaySince !== undefined;
  member.awaySince = undefined;
  if (wasAway) moved(core, member);
}

/** The member has left: its connection hears nothing more of the room. */
export function vacate(core: Core, member: Member): void {
  const session = takeSeat(core, member);
  if (session?.member === member) dismiss(session);
}

/** The connection is gone: the member is away, as the others are told. */
export function leaveSeat(core: Core, session: Session): void {
  const { member } = session;
  if (!member || core.seats.get(member.room)?.get(member) !== session) return;
  takeSeat(core, member);
  dismiss(session);
  goAway(core, member);
}

/** A leave that is not committed yet may still fail: then the member is listed, and away. */
export function goAway(core: Core, member: Member): void {
  member.awaySince = core.now();
  if (member.leftSeq === 0) moved(core, member);
}

function takeSeat(core: Core, member: Member): Session | undefined {
  const seats = core.seats.get(member.room);
  const session = seats?.get(member);
  seats?.delete(member);
  if (seats?.size === 0) core.seats.delete(member.room);
  return session;
}

function dismiss(session: Session): void {
  session.member = undefined;
  session.live = false;
}
