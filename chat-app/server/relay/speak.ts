/** What a connection says in its room: judged by the hub, logged in this turn, heard after the commit. */
import { fail } from '../../protocol/failure.ts';
import type { ClientFrame } from '../../protocol/frames.ts';
import { MAX_TEXT_BYTES } from '../../protocol/limits.ts';
import { LEAVE } from '../../protocol/log.ts';
import { OWNER_BYTES } from '../../protocol/message.ts';
import { PLAIN_OVERHEAD_BYTES } from '../../protocol/plain.ts';
import { SID_BYTES } from '../../protocol/sizes.ts';
import { depart } from '../hub/leave.ts';
import { ENTRY, keyOf, lineId } from '../hub/line.ts';
import type { Refusal } from '../hub/refusal.ts';
import type { Member } from '../hub/room.ts';
import { append, refuseEvent, refuseFirst, refuseMessage, refusePlain, register, spend } from '../hub/send.ts';
import type { Core } from './core.ts';
import { schedule } from './flush.ts';
import { recipients } from './page.ts';
import type { Session } from './session.ts';
import type { Line } from './turn.ts';
import { answer, log, logLeave, roomTurn } from './turn.ts';

const REMOVED: Refusal = { code: 'removed' };

/** `01 ‖ msg`. The frame becomes the entry: they differ in the kind byte only. */
export function sayMessage(core: Core, session: Session, frame: Buffer): void {
  const { member } = session;
  const now = core.now();
  const refusal = member ? refuseMessage(member, frame, now) : REMOVED;
  if (member && !refusal) {
    frame[0] = ENTRY.msg;
    logLine(core, session, { member, body: frame, now });
  } else refuse(core, session, { refusal, line: frame });
}

/** `02`: the first message of a chain, with its keys. */
export function sayFirst(core: Core, session: Session, frame: Extract<ClientFrame, { type: 'first' }>): void {
  const { member } = session;
  const now = core.now();
  const body = Buffer.concat([Buffer.of(ENTRY.msg), frame.msg]);
  const keys = Buffer.from(frame.keys.buffer, frame.keys.byteOffset, frame.keys.byteLength);
  const start = { at: frame.at, owner: keys.subarray(0, OWNER_BYTES), now };
  const refusal = member ? refuseFirst(member, body, start) : REMOVED;
  if (member && !refusal) {
    const targets = recipients(keys).map(sid => member.room.members.get(keyOf(sid)) ?? fail('bad-frame', 'not listed'));
    register(member, start);
    logLine(core, session, { member, body, now, keys, targets });
  } else refuse(core, session, { refusal, line: body });
}

export function sayPlain(core: Core, session: Session, plain: Uint8Array): void {
  const { member } = session;
  const now = core.now();
  const body = Buffer.concat([Buffer.of(ENTRY.plain), plain]);
  if (member && member.sid !== keyOf(plain.subarray(0, SID_BYTES))) fail('bad-frame', 'a foreign sid');
  const refusal = member ? (refusePlain(member, body, now) ?? tooBig(plain)) : REMOVED;
  if (member && !refusal) logLine(core, session, { member, body, now });
  else refuse(core, session, { refusal, line: body });
}

const tooBig = (plain: Uint8Array): Refusal | undefined =>
  plain.length - PLAIN_OVERHEAD_BYTES > MAX_TEXT_BYTES ? { code: 'too-big', limit: MAX_TEXT_BYTES } : undefined;

/** `03 ‖ eph`: forwarded as it came but for the kind byte. */
export function sayEvent(core: Core, session: Session, frame: Buffer): void {
  const { member } = session;
  const refusal = member ? refuseEvent(member, frame, core.now()) : REMOVED;
  if (member && !refusal) {
    spend(member);
    frame[0] = 0x83;
    roomTurn(core, member.room).events.push({ from: member, frame });
    schedule(core);
  } else refuse(core, session, { refusal, line: frame });
}

export function sayLeave(core: Core, session: Session): void {
  const { member } = session;
  if (member?.leftSeq === 0) {
    core.turn.undo.push(depart(core.hub, member));
    logLeave(core, { member, reason: LEAVE.left }, session);
  } else answer(core, { session, refusal: REMOVED, id: undefined });
}

interface Refused {
  /** Undefined where there is no member to refuse. */
  refusal: Refusal | undefined;
  line: Buffer;
}

const refuse = (core: Core, session: Session, { refusal, line }: Refused): void =>
  answer(core, { session, refusal: refusal ?? REMOVED, id: lineId(line) });

interface Said {
  member: Member;
  body: Buffer;
  now: number;
  keys?: Buffer;
  targets?: Member[];
}

function logLine(core: Core, session: Session, { member, body, now, keys, targets }: Said): void {
  const line: Line = {
    room: member.room.id,
    seq: append(member, body, now),
    at: now,
    sender: member.identity.id,
    body,
    keys: keys ?? null,
    author: member,
    from: session,
    targets,
  };
  log(core, member.room, line);
}
