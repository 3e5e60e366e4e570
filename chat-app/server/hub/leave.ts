import { EXPIRY_MARGIN_MS } from '../../protocol/limits.ts';
import type { LeaveReason } from '../../protocol/log.ts';
import { LEAVE } from '../../protocol/log.ts';
import type { Hub, Member } from './room.ts';
import { list, unlist } from './room.ts';

export interface Departure {
  member: Member;
  reason: LeaveReason;
}

/** Takes the next seq for the leave. Returns what undoes it, apart from the seqs of the room. */
export function depart(hub: Hub, member: Member): () => void {
  const { room } = member;
  room.seq += 1;
  room.memberSeq = room.seq;
  member.leftSeq = room.seq;
  unlist(hub, member);
  return () => {
    member.leftSeq = 0;
    list(hub, member);
    sortByJoin(member.room.members);
  };
}

function sortByJoin(members: Map<string, Member>): void {
  const inOrder = [...members].sort(([, a], [, b]) => a.joinSeq - b.joinSeq);
  members.clear();
  for (const [sid, member] of inOrder) members.set(sid, member);
}

/** Whom time has removed: a bundle that is about to expire, or more than `awayMs` without a connection. */
export function overdue(hub: Hub, now: number, awayMs: number): Departure[] {
  const due: Departure[] = [];
  for (const member of hub.members.values()) {
    if (now >= member.expires - EXPIRY_MARGIN_MS) due.push({ member, reason: LEAVE.expired });
    else if (member.awaySince !== undefined && now - member.awaySince > awayMs)
      due.push({ member, reason: LEAVE.timeout });
  }
  return due;
}
