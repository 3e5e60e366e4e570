/** After the commit: one buffer for each room, and one write of it for each member. */

import { binaryFrame } from '../framing.ts';
import { ENTRY } from '../hub/line.ts';
import type { Member, Room } from '../hub/room.ts';
import type { Core } from './core.ts';
import type { Insert, Page } from './page.ts';
import { compose, cut, keyFrames } from './page.ts';
import { here, sayPresence } from './presence.ts';
import { replay } from './replay.ts';
import { encode, refuse, seatsOf, write } from './say.ts';
import { goAway, seat, vacate } from './seats.ts';
import type { Session } from './session.ts';
import type { Joined, RoomTurn, Turn } from './turn.ts';

export function deliver(core: Core, turn: Turn): void {
  for (const [room, roomTurn] of turn.rooms) deliverRoom(core, room, roomTurn);
  for (const joined of turn.joins) welcome(core, joined, turn);
  for (const resumed of turn.resumes) replay(core, resumed);
  for (const answer of turn.answers) refuse(core, answer);
}

function deliverRoom(core: Core, room: Room, roomTurn: RoomTurn): void {
  count(core, roomTurn);
  const page = compose(roomTurn.lines);
  const inserts = insertsOf(roomTurn, page);
  const whole = page.bytes.length > 0 ? [page.bytes] : [];
  const events = roomTurn.events.map(({ from, frame }) => ({ from, frame: binaryFrame(frame) }));
  const shared = events.length > 0 ? [...whole, Buffer.concat(events.map(({ frame }) => frame))] : whole;
  const senders = new Set(events.map(({ from }) => from));
  for (const [member, session] of seatsOf(core, room)) {
    if (!session.live) continue;
    const own = inserts.get(member);
    if (!own && !roomTurn.gone.has(member) && !senders.has(member)) write(core, session, shared);
    else
      write(core, session, [...linesFor(member, roomTurn, { page, inserts, after: 0 }), ...eventsFor(member, events)]);
  }
  roomTurn.page = page;
  for (const member of roomTurn.gone.keys()) vacate(core, member);
  sayPresence(core, room, roomTurn.presence);
}

/** Up to the own leave, if there is one; nobody hears anything after it. */
function linesFor(member: Member, { gone, lines }: RoomTurn, view: { page: Page; inserts: Inserts; after: number }) {
  const end = (gone.get(member) ?? lines.length - 1) + 1;
  return cut(view.page, [view.after, end], view.inserts.get(member));
}

const eventsFor = (member: Member, events: { from: Member; frame: Buffer }[]): Buffer[] =>
  member.leftSeq > 0 ? [] : events.filter(({ from }) => from !== member).map(({ frame }) => frame);

type Inserts = ReadonlyMap<Member, Insert[]>;

/** For each member, the envelopes that are its own. */
function insertsOf({ lines }: RoomTurn, { starts }: Page): Inserts {
  const inserts = new Map<Member, Insert[]>();
  lines.forEach(({ keys, targets }, nth) => {
    if (!keys || !targets) return;
    keyFrames(keys).forEach((frame, of) => {
      const member = targets[of];
      if (member) inserts.set(member, [...(inserts.get(member) ?? []), { at: starts[nth] ?? 0, frame }]);
    });
  });
  return inserts;
}

/** The answer to a join: `room`, who is away, `synced`; and then what has followed the join in the same turn. */
function welcome(core: Core, joined: Joined, turn: Turn): void {
  const { session, member, present, head, earlier } = joined;
  const members = present.map(({ bundle }) => new Uint8Array(bundle));
  const { joinSeq: seq } = member;
  const roomTurn = turn.rooms.get(member.room);
  write(core, session, [
    encode({ type: 'room', seq, head: new Uint8Array(head), members, earlier }),
    ...present.filter(({ awaySince }) => awaySince !== undefined).map(here),
    encode({ type: 'synced', seq }),
    ...(roomTurn?.page
      ? linesFor(member, roomTurn, {
          page: roomTurn.page,
          inserts: insertsOf(roomTurn, roomTurn.page),
          after: joined.line + 1,
        })
      : []),
  ]);
  takePlace(core, session, member);
}

function takePlace(core: Core, session: Session, member: Member): void {
  if (member.leftSeq > 0) {
    if (session.member === member) session.member = undefined;
  } else if (session.closed || session.member !== member) goAway(core, member);
  else {
    seat(core, session, member);
    session.live = true;
  }
}

function count({ counters }: Core, { lines, events }: RoomTurn): void {
  counters.events += events.length;
  for (const { body } of lines) {
    if (body[0] === ENTRY.msg) counters.messages += 1;
    else if (body[0] === ENTRY.plain) counters.plains += 1;
    else if (body[0] === ENTRY.join) counters.joins += 1;
    else counters.leaves += 1;
  }
}
