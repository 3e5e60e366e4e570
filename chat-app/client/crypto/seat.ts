/** Coming and going of our own sessions: greeting, join, resume, seat (e2ee/1, sections 6 to 8). */
import { bundleId, decodeBundle, encodeBundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import { Failure, fail } from '../../protocol/failure.ts';
import type { ClientFrame, RelayFrame } from '../../protocol/frames.ts';
import { CLOCK_SKEW_MS, SESSION_LIFE_MS } from '../../protocol/limits.ts';
import { SID_BYTES } from '../../protocol/sizes.ts';
import { SUITE } from '../../protocol/suite.ts';
import { hex } from '../../protocol/text.ts';
import type { RoomEvent } from './events.ts';
import { rejoined, startLog } from './log-view.ts';
import { admit, membershipChanged, settleReplaced } from './membership.ts';
import { admissionProof, newSession } from './session.ts';
import type { State } from './state.ts';
import { hasBegunAll, stop } from './state.ts';

type Frame<T extends RelayFrame['type']> = Extract<RelayFrame, { type: T }>;

/** A new connection: what was under way on the last one is not answered any more. */
export function greeted(state: State, { challenge, suites, time }: Frame<'hello'>): RoomEvent[] {
  disconnected(state);
  if (!suites.includes(SUITE)) return [{ type: 'stopped', code: 'suite', seq: state.log?.seq ?? 0 }];
  state.challenge = challenge;
  const offMs = state.setting.now() - time;
  return Math.abs(offMs) > CLOCK_SKEW_MS ? [{ type: 'clock', offMs }] : [];
}

export function disconnected(state: State): void {
  Object.assign(state, { challenge: undefined, pending: undefined, key: undefined, phase: 'away' });
}

/** Always a new session. It counts when the relay answers with `room`; until then nothing is sealed. */
export async function join(state: State, name = state.name): Promise<ClientFrame> {
  if (state.stopped) fail(state.stopped.code);
  const { identity, room, link, now, random } = state.setting;
  const challenge = state.challenge ?? fail('unavailable', 'no greeting');
  const said = { room, name, tagKey: link.tagKey, sid: random(SID_BYTES) };
  const session = await newSession(identity, { ...said, now: now(), after: state.lastCreated });
  const proof = await admissionProof(identity, challenge, session);
  Object.assign(state, { name, pending: session, lastCreated: session.bundle.created });
  return { type: 'join', bundle: encodeBundle(session.bundle), proof, door: link.door ?? null };
}

/** Asks for everything since the last entry; undefined when there is no session to resume, so that a join is due. */
export async function resume(state: State): Promise<ClientFrame | undefined> {
  if (state.stopped) fail(state.stopped.code);
  const { identity, now } = state.setting;
  const challenge = state.challenge ?? fail('unavailable', 'no greeting');
  if (state.session && state.session.bundle.expires <= now()) lost(state);
  const { session, log, listed } = state;
  if (!session || !log || !listed) return undefined;
  state.phase = 'replaying';
  const proof = await admissionProof(identity, challenge, session);
  return { type: 'resume', bundleId: session.id, since: log.seq, proof };
}

/** The session is over without a leave that we could follow; its key goes with it. */
export const lost = (state: State): void =>
  void Object.assign(state, { session: undefined, listed: false, phase: 'away' });

/** A day old, out of chains, not listed, or none: join anew. */
export const wantsSession = (state: State): boolean => {
  const { session, listed, setting } = state;
  if (!session || !listed) return true;
  return setting.now() - session.bundle.created >= SESSION_LIFE_MS || hasBegunAll(state, hex(session.bundle.sid));
};

/** What the relay answers to our join: the log up to that join in one hash, and who is here, ourselves included. */
export async function takeSeat(state: State, { seq, head, members }: Frame<'room'>): Promise<RoomEvent[]> {
  const { pending, log, stopped, setting } = state;
  if (!pending || stopped) return [];
  const others = await withoutOwn(members, pending.id);
  if (others.length === members.length) return [];
  state.pending = undefined;
  const view = log ? await rejoined(log, encodeBundle(pending.bundle), { seq, head }) : startLog(seq, head);
  if (typeof view === 'string') return stop(state, { code: view }, seq);
  const before = settleReplaced(state);
  const unseen: RoomEvent[] = log && seq > log.seq + 1 ? [{ type: 'unseen', from: log.seq + 1, to: seq - 1 }] : [];
  Object.assign(state, { session: pending, listed: true, phase: 'away', log: view, syncedAt: setting.now() });
  const met = await listMembers(state, others);
  await membershipChanged(state);
  return [...before, ...unseen, ...met];
}

async function listMembers(state: State, bundles: Bytes[]): Promise<RoomEvent[]> {
  state.peers.clear();
  state.outsiders.clear();
  const events: RoomEvent[] = [];
  for (const bundle of bundles) events.push(...(await admit(state, bundle)));
  return events;
}

async function withoutOwn(bundles: Bytes[], own: Bytes): Promise<Bytes[]> {
  const mine = await Promise.all(bundles.map(bundle => hasId(bundle, own)));
  return bundles.filter((_, at) => !mine[at]);
}

async function hasId(bundle: Bytes, id: Bytes): Promise<boolean> {
  try {
    return equal(await bundleId(decodeBundle(bundle)), id);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** After the user has seen that the history changed and wants to go on: the log starts anew with the next join. */
export async function startOver(state: State): Promise<void> {
  lost(state);
  Object.assign(state, { stopped: undefined, log: undefined, replaced: undefined });
  await membershipChanged(state);
}
