/** A join: the cryptography and the store first, then one decision without a pause. */
import { admitSignedBytes } from '../../protocol/admit.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { bundleId, checkBundle, decodeBundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import type { ClientFrame } from '../../protocol/frames.ts';
import { BUNDLE_LEFT_TO_JOIN_MS, CLOCK_SKEW_MS } from '../../protocol/limits.ts';
import type { Applicant, Entry } from '../hub/join.ts';
import { admit, doorHash, refuseJoin } from '../hub/join.ts';
import { bytesOf, keyOf } from '../hub/line.ts';
import type { Refusal } from '../hub/refusal.ts';
import type { Room } from '../hub/room.ts';
import { newRoom, openRoom } from '../hub/room.ts';
import type { Core } from './core.ts';
import { catchUp } from './follow.ts';
import { verifyProof } from './proof.ts';
import { loadRecent } from './recent.ts';
import type { Session } from './session.ts';
import { answer, logJoin, logLeave, roomTurn } from './turn.ts';

export type JoinFrame = Extract<ClientFrame, { type: 'join' }>;

/** Puts the join, or its `no`, into a turn. Fails with the codes of e2ee/1, section 8, up to `proof`. */
export async function join(core: Core, session: Session, frame: JoinFrame): Promise<void> {
  const claims = decodeBundle(frame.bundle);
  const room = new Uint8Array(session.member?.room.hash ?? claims.room);
  await checkBundle(claims, { room, now: core.now() });
  checkTimes(claims, core.now());
  const id = await bundleId(claims);
  checkProof(session, { claims, id, proof: frame.proof });
  const { known, room: joined } = await meet(core, claims);
  const applicant = {
    bundle: Buffer.from(frame.bundle),
    bundleId: Buffer.from(id),
    claims,
    door: doorHash(frame.door),
    known,
  };
  if (!session.closed && !session.ended) decide(core, session, { room: joined, applicant });
}

/** What one client would accept and another refuse must not enter the log at all. */
function checkTimes({ created, expires }: Bundle, now: number): void {
  if (Math.abs(created - now) > CLOCK_SKEW_MS) fail('clock');
  if (expires - now < BUNDLE_LEFT_TO_JOIN_MS) fail('bundle-expired');
}

export interface Claimed {
  claims: Bundle;
  id: Bytes;
  proof: Bytes;
}

/** Whoever shows a bundle must hold its identity key, on this connection. */
export function checkProof({ challenge }: Session, { claims, id, proof }: Claimed): void {
  verifyProof(claims.ik, admitSignedBytes(new Uint8Array(challenge), claims.room, id), proof);
}

/** The room and what the store knows of the identity in it; both may be new. */
async function meet(core: Core, claims: Bundle): Promise<{ room: Room; known: Applicant['known'] }> {
  const hash = Buffer.from(claims.room);
  const { room: record, identity: known } = await core.store.lookup(hash, Buffer.from(claims.ik));
  const now = core.now();
  const open = core.hub.rooms.get(keyOf(hash));
  if (!open && core.hub.rooms.size >= core.limits.rooms) fail('slow-down', 'as many rooms as there may be');
  const room = open ?? (record ? openRoom(core.hub, record, now) : newRoom(core.hub, hash, now));
  await loadRecent(core, room);
  await catchUp(core, room);
  return { room, known };
}

/** A connection serves one session: another join on it is of the same identity, or follows the leave. */
function decide(core: Core, session: Session, { room, applicant }: { room: Room; applicant: Applicant }): void {
  const before = session.member;
  const listed = before?.leftSeq === 0 ? before : undefined;
  if (listed && listed.room !== room) fail('bundle-room');
  if (listed && listed.identity.ik !== keyOf(applicant.claims.ik)) fail('bad-frame');
  const rules = { now: core.now(), members: core.limits.members };
  const refusal =
    refuseJoin(room, applicant, rules) ?? refuseKeeping(core, room, applicant) ?? refuseSource(core, session, room);
  if (refusal) answer(core, { session, refusal, id: undefined });
  else enter(core, session, { room, applicant, rules });
}

/** What is kept for good has an end: a new room, or a key that is new in its room, is one more. */
function refuseKeeping({ kept, limits }: Core, room: Room, { claims, known }: Applicant): Refusal | undefined {
  const isNewKey = known === undefined && !room.identities.has(keyOf(claims.ik));
  const isTooMuch =
    (room.door === undefined && kept.rooms >= limits.kept.rooms) ||
    (isNewKey && kept.identities >= limits.kept.identities);
  return isTooMuch ? { code: 'unavailable' } : undefined;
}

/** Many joins or new rooms from one address. */
function refuseSource({ gate }: Core, { link }: Session, room: Room): Refusal | undefined {
  const retryMs = gate.waitToJoin(link.source, room.door === undefined);
  return retryMs > 0 ? { code: 'slow-down', retryMs } : undefined;
}

function enter(core: Core, session: Session, entry: Entry): void {
  const { room, applicant } = entry;
  const before = session.member;
  const identities = core.hub.lastIdentity;
  const { departures, member, first, undo } = admit(core.hub, entry);
  core.kept.rooms += first ? 1 : 0;
  // Not taken back with a failed commit: the room still knows the identity by its number.
  core.kept.identities += core.hub.lastIdentity - identities;
  core.turn.undo.push(() => {
    undo();
    core.kept.rooms -= first ? 1 : 0;
    if (session.member === member) session.member = before;
  });
  if (first) core.turn.batch.rooms.push({ id: room.id, hash: room.hash, door: applicant.door });
  const { id, ik, created } = member.identity;
  core.turn.batch.identities.push({ id, room: room.id, ik: bytesOf(ik), created });
  for (const departure of departures) logLeave(core, departure);
  logJoin(core, member);
  const line = roomTurn(core, room).lines.length - 1;
  const present = [...room.members.values()];
  core.turn.joins.push({ session, member, line, present, head: Buffer.alloc(0), earlier: 0 });
  session.member = member;
}
