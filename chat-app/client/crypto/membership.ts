/** Joins and leaves: who is counted, and what every change of the list ends (e2ee/1, sections 2 and 7). */
import type { Bundle } from '../../protocol/bundle.ts';
import { bundleId, checkBundle, decodeBundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import { Failure, fail } from '../../protocol/failure.ts';
import { BUNDLE_LIFE_MS, MAX_MEMBERS } from '../../protocol/limits.ts';
import type { Entry } from '../../protocol/log.ts';
import { LEAVE } from '../../protocol/log.ts';
import { NAME, rosterHash } from '../../protocol/room.ts';
import { hex } from '../../protocol/text.ts';
import { eraseChain } from './chain.ts';
import type { RoomEvent } from './events.ts';
import { sharesLink } from './session.ts';
import type { State } from './state.ts';
import { who } from './state.ts';
import { meet } from './trust.ts';

/** A bundle that was announced. One that is refused is no member for us; the log goes on, and the room shows why. */
export async function admit(state: State, bytes: Bytes): Promise<RoomEvent[]> {
  state.metOthers = true;
  let bundle: Bundle | undefined;
  try {
    bundle = decodeBundle(bytes);
    return await count(state, bundle);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const name = bundle && NAME.test(bundle.name) ? bundle.name : undefined;
    return [{ type: 'refused', code: error.code, name }];
  }
}

/** The checks of section 2 in their order; only then is anything remembered. */
async function count(state: State, bundle: Bundle): Promise<RoomEvent[]> {
  const { room, link, verified, now } = state.setting;
  const [time, sid, id] = [now(), hex(bundle.sid), await bundleId(bundle)];
  // In a replayed gap a bundle may have run out since; it had not when the others accepted it.
  await checkBundle(bundle, { room, now: time, aliveAt: state.phase === 'replaying' ? state.syncedAt : time });
  if (state.gone.has(hex(id))) fail('bundle-replayed', bundle.name);
  if (members(state).some(one => collides(one, bundle))) fail('duplicate-member', bundle.name);
  if (!(await sharesLink(bundle, link.tagKey))) {
    state.outsiders.set(sid, bundle);
    return [{ type: 'outsider', ...who(bundle) }];
  }
  if (state.peers.size + 1 >= MAX_MEMBERS) fail('roster-too-big', bundle.name);
  const events = meet({ pins: state.pins, verified }, bundle, time);
  state.peers.set(sid, { bundle, id, keys: {} });
  return events;
}

const members = ({ session, peers }: State): Bundle[] => [
  ...(session ? [session.bundle] : []),
  ...[...peers.values()].map(peer => peer.bundle),
];

const collides = (a: Bundle, b: Bundle): boolean => a.name === b.name || equal(a.sid, b.sid) || equal(a.ik, b.ik);

/** A join in the log. No line is printed when it is the new session of someone who was just replaced. */
export async function followJoin(state: State, seq: number, bytes: Bytes): Promise<RoomEvent[]> {
  const { replaced } = state;
  state.replaced = undefined;
  const before = new Set(state.peers.keys());
  const found = await admit(state, bytes);
  const peer = [...state.peers].find(([sid]) => !before.has(sid))?.[1];
  const person = peer && who(peer.bundle);
  const renewed = replaced && person?.identity === replaced.identity && person.name === replaced.name;
  if (renewed) return found;
  const joined: RoomEvent[] = person ? [{ type: 'joined', seq, ...person }] : [];
  return [...left(replaced), ...joined, ...found];
}

export async function followLeave(state: State, seq: number, { bundleId, reason }: Leave): Promise<RoomEvent[]> {
  if (state.session && equal(state.session.id, bundleId)) return leaveRoom(state, seq, reason);
  const [bundle, outsider] = await takeOff(state, bundleId);
  state.gone.set(hex(bundleId), bundle?.expires ?? state.setting.now() + BUNDLE_LIFE_MS);
  if (!bundle) return [];
  const gone = { ...who(bundle), seq, reason, outsider };
  if (reason !== LEAVE.replaced) return [{ type: 'left', ...gone }];
  state.replaced = gone;
  return [];
}

type Leave = Omit<Extract<Entry, { type: 'leave' }>, 'type'>;

/** Our own session is over. A join of ours that is under way says the rest. */
function leaveRoom(state: State, seq: number, reason: Leave['reason']): RoomEvent[] {
  if (state.session) state.gone.set(hex(state.session.id), state.session.bundle.expires);
  // Everything that was sealed for this session has been followed: its key is not needed any more.
  Object.assign(state, { session: undefined, listed: false, phase: 'away' });
  return state.pending && reason === LEAVE.replaced ? [] : [{ type: 'removed', seq, reason }];
}

async function takeOff(state: State, id: Bytes): Promise<[Bundle | undefined, boolean]> {
  for (const [sid, peer] of state.peers) {
    if (equal(peer.id, id)) {
      state.peers.delete(sid);
      return [peer.bundle, false];
    }
  }
  for (const [sid, bundle] of state.outsiders) {
    if (equal(await bundleId(bundle), id)) {
      state.outsiders.delete(sid);
      return [bundle, true];
    }
  }
  return [undefined, false];
}

/** Nobody came back right after being replaced: that was a leave. */
export function settleReplaced(state: State): RoomEvent[] {
  const events = left(state.replaced);
  state.replaced = undefined;
  return events;
}

const left = (gone: State['replaced']): RoomEvent[] => (gone ? [{ type: 'left', ...gone }] : []);

/** Ends every chain, sending and receiving, and overwrites their keys: the next line of each starts a new one. */
export async function membershipChanged(state: State): Promise<void> {
  endSending(state);
  endReceiving(state);
  const { session, listed, log, peers, setting } = state;
  state.memberSeq = log?.seq ?? 0;
  if (!session || !listed || !log) {
    state.roster = undefined;
    return;
  }
  const bundleIds = [session.id, ...[...peers.values()].map(peer => peer.id)];
  state.roster = await rosterHash({ room: setting.room, head: log.head, bundleIds });
}

/** Chains of earlier rosters that are still known as such. The roster hash refuses the others all the same. */
const KEPT_ENDED = 256;

function endReceiving({ chains, ended, begun }: State): void {
  for (const chain of chains.values()) eraseChain(chain);
  const before = [...ended.keys(), ...chains.keys()].slice(-KEPT_ENDED);
  chains.clear();
  ended.clear();
  begun.clear();
  for (const id of before) ended.set(id, 'roster-mismatch');
}

/** The next line starts a new chain. */
export function endSending(state: State): void {
  if (state.sending) eraseChain(state.sending.chain);
  state.sending = undefined;
}

/** A bundle that has run out for good cannot come back, so that it has left need not be remembered. */
export function forgetGone({ gone, syncedAt }: State): void {
  for (const [id, expires] of gone) if (expires <= syncedAt) gone.delete(id);
}
