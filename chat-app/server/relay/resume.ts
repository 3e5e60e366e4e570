/** A session that was listed before asks for what it has missed. */
import { decodeBundle } from '../../protocol/bundle.ts';
import { fail } from '../../protocol/failure.ts';
import type { ClientFrame } from '../../protocol/frames.ts';
import { bytesOf, keyOf } from '../hub/line.ts';
import type { Member } from '../hub/room.ts';
import type { SessionRecord } from '../store/store.ts';
import { checkProof } from './admission.ts';
import type { Core } from './core.ts';
import { decided, schedule } from './flush.ts';
import { loadRecent } from './recent.ts';
import type { Session } from './session.ts';
import type { View } from './turn.ts';

export type ResumeFrame = Extract<ClientFrame, { type: 'resume' }>;

/** Puts the resume into a turn; false when the connection has gone meanwhile. Fails with `removed`, `proof`, `bad-frame`. */
export async function resume(core: Core, session: Session, frame: ResumeFrame): Promise<boolean> {
  const found = await find(core, Buffer.from(frame.bundleId));
  const { view, bundle } = found ?? fail('removed');
  if (await isTrimmed(core, view, frame.since)) fail('removed');
  const claims = decodeBundle(bundle);
  checkProof(session, { claims, id: frame.bundleId, proof: frame.proof });
  if (view.member) await loadRecent(core, view.member.room);
  if (session.closed || session.ended) return false;
  const speaksFor = session.member?.leftSeq === 0 ? session.member : undefined;
  if (speaksFor && speaksFor !== view.member) fail('bad-frame');
  core.turn.resumes.push({ session, view, since: frame.since });
  schedule(core);
  return true;
}

interface Found {
  view: View;
  bundle: Uint8Array;
}

async function find(core: Core, bundleId: Buffer): Promise<Found | undefined> {
  const member = core.hub.members.get(keyOf(bundleId));
  if (member) return { view: viewOf(member), bundle: member.bundle };
  // A leave that has been decided is in the store only after its commit.
  await decided(core);
  const record = await core.store.session(bundleId);
  return record && record.leftSeq !== null ? pastView(core, record, record.leftSeq) : undefined;
}

const viewOf = (member: Member): View => ({
  room: member.room.id,
  sid: bytesOf(member.sid),
  joinSeq: member.joinSeq,
  member,
  leftSeq: 0,
  away: () => [...member.room.members.values()].filter(other => other !== member && isAway(other)),
});

function pastView({ hub }: Core, record: SessionRecord, leftSeq: number): Found {
  const { sid, room: hash } = decodeBundle(record.bundle);
  const known = (other: Member) => other.joinSeq < leftSeq && isAway(other);
  const away = () => [...(hub.rooms.get(keyOf(hash))?.members.values() ?? [])].filter(known);
  const { room, joinSeq, bundle } = record;
  return { view: { room, sid: Buffer.from(sid), joinSeq, member: undefined, leftSeq, away }, bundle };
}

const isAway = ({ awaySince }: Member): boolean => awaySince !== undefined;

/** Too long ago: something that it has missed is not kept any more. */
async function isTrimmed(core: Core, view: View, since: number): Promise<boolean> {
  const first = Math.max(since + 1, view.joinSeq);
  const last = view.member ? view.member.room.committed.seq : view.leftSeq;
  if (first > last) return false;
  const oldest = await core.store.oldest(view.room);
  return oldest === undefined || oldest > first;
}
