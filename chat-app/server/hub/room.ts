/** Rooms and members as plain maps: no sockets, no clock, no store. Whoever changes them says what time it is. */
import type { Bundle } from '../../protocol/bundle.ts';
import { decodeBundle } from '../../protocol/bundle.ts';
import { JOIN_BURST, JOINS_PER_SECOND, SEND_BURST, SENDS_PER_SECOND } from '../../protocol/limits.ts';
import type { Checkpoint, RoomRecord, SessionRecord } from '../store/store.ts';
import type { Bucket, Rate } from './bucket.ts';
import { fullBucket } from './bucket.ts';
import { keyOf } from './line.ts';
import { own } from './own.ts';
import type { Recent } from './recent.ts';

export interface Hub {
  /** By the room's hash. */
  rooms: Map<string, Room>;
  /** Who is listed, by bundle id. */
  members: Map<string, Member>;
  /** The highest numbers given away. */
  lastRoom: number;
  lastIdentity: number;
}

export interface Room {
  readonly id: number;
  readonly hash: Buffer;
  /** SHA-256 of the door; null: open to all. Undefined until the first join. */
  door: Buffer | null | undefined;
  seq: number;
  /** Seq of the last join or leave. */
  memberSeq: number;
  /** What the store has: a failed commit goes back to it. */
  committed: { seq: number; memberSeq: number };
  checkpoint: Checkpoint;
  /** By sid, in the order of joins. */
  readonly members: Map<string, Member>;
  /** Identities met since the room was opened, by key. */
  readonly identities: Map<string, Identity>;
  /** Undefined until somebody can send. */
  recent: Recent | undefined;
  readonly joins: Bucket;
  /** When it was last used, ms. */
  usedAt: number;
}

export interface Identity {
  readonly id: number;
  /** Its key, as the key of a map. */
  readonly ik: string;
  /** Of the newest bundle, ms. */
  created: number;
  /** When it last joined, ms. */
  usedAt: number;
}

/** There may be many, and most are silent: what a map has as a key anyway is not kept a second time as bytes. */
export interface Member {
  readonly room: Room;
  readonly bundle: Buffer;
  /** Of the bundle, as the key of a map. */
  readonly bundleId: string;
  /** As the key of a map. */
  readonly sid: string;
  readonly name: string;
  readonly identity: Identity;
  /** ms */
  readonly expires: number;
  readonly joinSeq: number;
  /** 0 while listed. */
  leftSeq: number;
  /** Since when, ms; undefined while a connection speaks for it. */
  awaySince: number | undefined;
  /** `sid ‖ chain` registered last, and at which membership entry: it counts for no other. */
  chain: Buffer | undefined;
  chainAt: number;
  readonly sends: Bucket;
}

export const JOIN_RATE: Rate = { burst: JOIN_BURST, perSecond: JOINS_PER_SECOND };
export const SEND_RATE: Rate = { burst: SEND_BURST, perSecond: SENDS_PER_SECOND };

export const newHub = (lastRoom: number, lastIdentity: number): Hub => ({
  rooms: new Map(),
  members: new Map(),
  lastRoom,
  lastIdentity,
});

/** A room as the store knows it; everybody listed is away from `now` on. */
export function openRoom(hub: Hub, record: RoomRecord, now: number): Room {
  const { id, hash, door, seq, memberSeq, checkpoint } = record;
  const room: Room = { ...emptyRoom(id, hash, now), door, seq, memberSeq, checkpoint, committed: { seq, memberSeq } };
  for (const session of record.members) list(hub, reviveMember(room, session, now));
  hub.rooms.set(keyOf(hash), room);
  return room;
}

/** A room that nobody has joined yet. */
export function newRoom(hub: Hub, hash: Buffer, now: number): Room {
  hub.lastRoom += 1;
  const room = emptyRoom(hub.lastRoom, hash, now);
  hub.rooms.set(keyOf(hash), room);
  return room;
}

const emptyRoom = (id: number, hash: Buffer, now: number): Room => ({
  id,
  hash,
  door: undefined,
  seq: 0,
  memberSeq: 0,
  committed: { seq: 0, memberSeq: 0 },
  checkpoint: { seq: 0, head: Buffer.alloc(32), messages: 0 },
  members: new Map(),
  identities: new Map(),
  recent: undefined,
  joins: fullBucket(JOIN_RATE, now),
  usedAt: now,
});

function reviveMember(room: Room, session: SessionRecord, now: number): Member {
  const { bundle, bundleId, joinSeq } = session;
  const claims = decodeBundle(bundle);
  const identity: Identity = { id: session.identity, ik: keyOf(claims.ik), created: claims.created, usedAt: now };
  room.identities.set(identity.ik, identity);
  return { ...newMember(room, { bundle, bundleId, claims, identity, joinSeq }, now), awaySince: now };
}

export interface NewMember {
  bundle: Buffer;
  bundleId: Buffer;
  claims: Bundle;
  identity: Identity;
  joinSeq: number;
}

export const newMember = (
  room: Room,
  { bundle, bundleId, claims, identity, joinSeq }: NewMember,
  now: number,
): Member => ({
  room,
  bundle: own(bundle),
  bundleId: keyOf(bundleId),
  sid: keyOf(claims.sid),
  name: claims.name,
  identity,
  expires: claims.expires,
  joinSeq,
  leftSeq: 0,
  awaySince: undefined,
  chain: undefined,
  chainAt: 0,
  sends: fullBucket(SEND_RATE, now),
});

export function list(hub: Hub, member: Member): void {
  member.room.members.set(member.sid, member);
  hub.members.set(member.bundleId, member);
}

export function unlist(hub: Hub, member: Member): void {
  member.room.members.delete(member.sid);
  hub.members.delete(member.bundleId);
}
