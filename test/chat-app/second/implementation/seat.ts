/** Coming and going of one's own sessions (sections 2, 6 and 8). */
import { makeBundle, proofOf } from './bundle.ts';
import type { Bytes } from './bytes.ts';
import { refuse, same } from './bytes.ts';
import type { Data, FromRelay } from './frames.ts';
import { toRelay } from './frames.ts';
import { admit, newRoster, settleReplaced } from './membership.ts';
import { newPair, random } from './primitives.ts';
import { entry, logAfter, logAt } from './room.ts';
import type { Happening, Session, State } from './state.ts';
import { stop } from './state.ts';

export function join(state: State, name = state.name): Data {
  const { identity, room, link, now, lastCreated } = state;
  const challenge = state.challenge ?? refuse('unavailable');
  const created = Math.max(now(), lastCreated + 1);
  const pair = newPair();
  const keys = { ik: identity.point, spk: pair.point, sid: random(8) };
  const bundle = makeBundle(identity, { room, name, ...keys, ...lifeFrom(created) }, link.tagKey);
  Object.assign(state, { name, lastCreated: created, pending: { pair, bundle } });
  return toRelay.join(bundle.bytes, proofOf(identity, challenge, bundle), link.door);
}

const lifeFrom = (created: number) => ({ created, expires: created + 7 * 86_400_000 });

export function resume(state: State): Data | undefined {
  const { session, log, identity } = state;
  const challenge = state.challenge ?? refuse('unavailable');
  if (!session || !log || session.bundle.expires <= state.now()) return undefined;
  state.phase = 'replaying';
  return toRelay.resume(session.bundle.id, log.seq, proofOf(identity, challenge, session.bundle));
}

export function disconnected(state: State): void {
  Object.assign(state, { challenge: undefined, pending: undefined, key: undefined, phase: 'away' });
}

type Frame<T extends FromRelay['type']> = Extract<FromRelay, { type: T }>;

/** The answer to a join, in the order of section 6. */
export function takeSeat(state: State, { seq, head, members }: Frame<'room'>): Happening[] {
  const { pending, log } = state;
  const all = members.map(bytes => ({ bytes, mine: pending !== undefined && isSame(bytes, pending) }));
  if (!pending || state.stopped || !all.some(({ mine }) => mine)) return [];
  state.pending = undefined;
  if (log && seq <= log.seq) return stop(state, 'log-rollback');
  const next = log && seq === log.seq + 1 ? logAfter(log, entry.join(pending.bundle.bytes)) : logAt(seq, head);
  if (!same(next.head, head)) return stop(state, 'fork');
  const before = settleReplaced(state);
  const unseen: Happening[] = log && seq > log.seq + 1 ? [{ what: 'unseen', from: log.seq + 1, to: seq - 1 }] : [];
  Object.assign(state, { session: pending, phase: 'away', log: next, syncedAt: state.now() });
  state.peers.clear();
  state.outsiders.clear();
  const met = all.filter(({ mine }) => !mine).flatMap(({ bytes }) => admit(state, bytes));
  newRoster(state);
  return [...before, ...unseen, ...met];
}

/** By what the id is made of: whatever the signature. */
const isSame = (bytes: Bytes, { bundle }: Session): boolean => same(bytes.slice(0, -64), bundle.bytes.slice(0, -64));
