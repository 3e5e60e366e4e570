import { OWNER_BYTES } from '../../protocol/message.ts';
import { SID_BYTES } from '../../protocol/sizes.ts';
import { take, waitMs } from './bucket.ts';
import { isOwner, keyOf, lineId } from './line.ts';
import { own } from './own.ts';
import { firstSeq, remember, unremember } from './recent.ts';
import type { Refusal } from './refusal.ts';
import type { Member } from './room.ts';
import { SEND_RATE } from './room.ts';

/** A chain that is to be registered, with the line that starts it. */
export interface Start {
  /** Seq of the membership entry that the sender saw last. */
  at: number;
  /** `sid ‖ chain` */
  owner: Buffer;
  /** ms */
  now: number;
}

/**
 * Why a `msg` (frame or entry: a kind byte, then the message) is refused, in the order of e2ee/1, section 8; undefined
 * when it may be logged.
 */
export function refuseMessage(member: Member, line: Buffer, now: number): Refusal | undefined {
  return refuseLine(member, line, now) ?? refuseChain(member, line);
}

/** The same for the first message of a chain. */
export function refuseFirst(member: Member, line: Buffer, start: Start): Refusal | undefined {
  const refusal = refuseLine(member, line, start.now);
  if (refusal) return refusal;
  const own = keyOf(start.owner.subarray(0, SID_BYTES)) === member.sid;
  return own && start.at === member.room.memberSeq ? undefined : stale(member);
}

/** The same for a `plain` entry. */
export function refusePlain(member: Member, line: Buffer, now: number): Refusal | undefined {
  const refusal = refuseLine(member, line, now);
  if (refusal) return refusal;
  return member.room.members.size === 1 ? undefined : { code: 'not-alone' };
}

/** Ephemeral events are not remembered, so none is a duplicate. */
export function refuseEvent(member: Member, frame: Buffer, now: number): Refusal | undefined {
  if (member.leftSeq > 0) return { code: 'removed' };
  return refuseHaste(member, now) ?? refuseChain(member, frame);
}

function refuseLine(member: Member, line: Buffer, now: number): Refusal | undefined {
  if (member.leftSeq > 0) return { code: 'removed' };
  const { recent } = member.room;
  const seq = recent && firstSeq(recent, member.identity.id, lineId(line));
  return seq === undefined ? refuseHaste(member, now) : { code: 'duplicate', seq };
}

function refuseHaste(member: Member, now: number): Refusal | undefined {
  const retryMs = waitMs(member.sends, SEND_RATE, now);
  return retryMs > 0 ? { code: 'slow-down', retryMs } : undefined;
}

function refuseChain(member: Member, line: Buffer): Refusal | undefined {
  const { room, chain, chainAt } = member;
  return chainAt === room.memberSeq && chain && isOwner(line, chain) ? undefined : stale(member);
}

const stale = ({ room }: Member): Refusal => ({ code: 'stale-roster', seq: room.memberSeq });

/** Until the next join or leave, messages and events of this chain are taken from this member. */
export function register(member: Member, { owner }: Start): void {
  member.chain = own(owner.subarray(0, OWNER_BYTES));
  member.chainAt = member.room.memberSeq;
}

/** Gives the line its place in the room's log; returns the seq. */
export function append(member: Member, line: Buffer, now: number): number {
  const { room } = member;
  room.seq += 1;
  take(member.sends, SEND_RATE);
  const sent = { identity: member.identity.id, id: lineId(line), seq: room.seq, at: now };
  if (room.recent) remember(room.recent, sent);
  return room.seq;
}

/** An ephemeral event has no place, but counts as a send. */
export const spend = (member: Member): void => take(member.sends, SEND_RATE);

/** Undoes `append` and `register`, apart from the seq of the room. */
export function retract(member: Member, line: Buffer): void {
  const { recent } = member.room;
  if (recent) unremember(recent, member.identity.id, lineId(line));
  member.chain = undefined;
}
