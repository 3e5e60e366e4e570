import { createHash } from 'node:crypto';
import type { Bundle } from '../../protocol/bundle.ts';
import { EVICT_AFTER_MS } from '../../protocol/limits.ts';
import { LEAVE } from '../../protocol/log.ts';
import type { IdentityRecord } from '../store/store.ts';
import { take, waitMs } from './bucket.ts';
import type { Departure } from './leave.ts';
import { depart } from './leave.ts';
import { keyOf } from './line.ts';
import type { Refusal } from './refusal.ts';
import type { Hub, Identity, Member, Room } from './room.ts';
import { JOIN_RATE, list, newMember, unlist } from './room.ts';

/** Somebody whose bundle and proof are good. */
export interface Applicant {
  bundle: Buffer;
  bundleId: Buffer;
  claims: Bundle;
  /** SHA-256 of the door; null without one. */
  door: Buffer | null;
  /** What the store knows of this identity in this room. */
  known: IdentityRecord | undefined;
}

export interface Rules {
  /** ms */
  now: number;
  /** How many a room holds. */
  members: number;
}

export interface Admission {
  /** Who gave way, in order: the session that this one replaces, or whoever was evicted. */
  departures: Departure[];
  member: Member;
  /** True at a room's first join, which sets the door. */
  first: boolean;
  undo: () => void;
}

export const doorHash = (door: Uint8Array | null): Buffer | null => door && createHash('sha256').update(door).digest();

/** The codes in the order of e2ee/1, section 8, from `door` on; undefined when `admit` may follow. */
export function refuseJoin(room: Room, applicant: Applicant, rules: Rules): Refusal | undefined {
  const { claims, known } = applicant;
  const newest = identityIn(room, applicant)?.created ?? known?.created ?? -1;
  if (room.door && !(applicant.door && room.door.equals(applicant.door))) return { code: 'door' };
  if (claims.created <= newest) return { code: 'bundle-rollback' };
  if (room.members.has(keyOf(claims.sid))) return { code: 'duplicate-member' };
  if (nameIsTaken(room, applicant)) return { code: 'name-taken' };
  if (isFull(room, applicant, rules)) return { code: 'full', limit: rules.members };
  const retryMs = waitMs(room.joins, JOIN_RATE, rules.now);
  return retryMs > 0 ? { code: 'slow-down', retryMs } : undefined;
}

const identityIn = (room: Room, { claims }: Applicant): Identity | undefined => room.identities.get(keyOf(claims.ik));

function replaced(room: Room, applicant: Applicant): Member | undefined {
  const identity = identityIn(room, applicant);
  return identity && [...room.members.values()].find(member => member.identity === identity);
}

function nameIsTaken(room: Room, applicant: Applicant): boolean {
  const holder = [...room.members.values()].find(({ name }) => name === applicant.claims.name);
  return holder !== undefined && holder !== replaced(room, applicant);
}

const isFull = (room: Room, applicant: Applicant, rules: Rules): boolean =>
  room.members.size >= rules.members && !replaced(room, applicant) && !evictable(room, rules.now);

/** Who has been away longest, if for over an hour. */
function evictable(room: Room, now: number): Member | undefined {
  let longest: Member | undefined;
  for (const member of room.members.values()) {
    if (member.awaySince === undefined || now - member.awaySince <= EVICT_AFTER_MS) continue;
    if (member.awaySince < (longest?.awaySince ?? Number.POSITIVE_INFINITY)) longest = member;
  }
  return longest;
}

export interface Entry {
  room: Room;
  applicant: Applicant;
  rules: Rules;
}

/** Lists the applicant, whom `refuseJoin` has let through. `undo` leaves the seqs of the room to the caller. */
export function admit(hub: Hub, { room, applicant, rules }: Entry): Admission {
  take(room.joins, JOIN_RATE);
  const departures = giveWay(room, applicant, rules);
  const undoDepartures = departures.map(({ member }) => depart(hub, member));
  const first = room.door === undefined;
  if (first) room.door = applicant.door;
  const { identity, undo: undoIdentity } = meet(hub, room, { applicant, now: rules.now });
  room.seq += 1;
  room.memberSeq = room.seq;
  const member = newMember(room, { ...applicant, identity, joinSeq: room.seq }, rules.now);
  list(hub, member);
  const undo = () => {
    unlist(hub, member);
    undoIdentity();
    if (first) room.door = undefined;
    for (const each of undoDepartures.toReversed()) each();
  };
  return { departures, member, first, undo };
}

function giveWay(room: Room, applicant: Applicant, { now, members }: Rules): Departure[] {
  const old = replaced(room, applicant);
  if (old) return [{ member: old, reason: LEAVE.replaced }];
  const away = room.members.size >= members ? evictable(room, now) : undefined;
  return away ? [{ member: away, reason: LEAVE.evicted }] : [];
}

function meet(
  hub: Hub,
  room: Room,
  { applicant, now }: { applicant: Applicant; now: number },
): { identity: Identity; undo: () => void } {
  const { claims, known } = applicant;
  const identity = identityIn(room, applicant) ?? {
    id: known?.id ?? nextIdentity(hub),
    ik: keyOf(claims.ik),
    created: known?.created ?? -1,
    usedAt: 0,
  };
  const before = identity.created;
  identity.created = claims.created;
  identity.usedAt = now;
  room.identities.set(identity.ik, identity);
  return {
    identity,
    undo: () => {
      identity.created = before;
    },
  };
}

function nextIdentity(hub: Hub): number {
  hub.lastIdentity += 1;
  return hub.lastIdentity;
}
