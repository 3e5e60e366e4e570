/** Who is counted, and what every join and leave ends (sections 2, 7 and 9). */
import type { Bundle } from './bundle.ts';
import { checkBundle, hasLink, isName, readBundle } from './bundle.ts';
import type { Bytes } from './bytes.ts';
import { hex, Refused, refuse, same } from './bytes.ts';
import { rosterOf } from './room.ts';
import type { Happening, State } from './state.ts';

const REPLACED = 4;

/** A bundle of somebody else. */
export function admit(state: State, bytes: Bytes): Happening[] {
  state.metOthers = true;
  let bundle: Bundle | undefined;
  try {
    bundle = readBundle(bytes);
    return count(state, bundle);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [{ what: 'refused', code: error.code, name: bundle && isName(bundle.name) ? bundle.name : undefined }];
  }
}

function count(state: State, bundle: Bundle): Happening[] {
  const { room, link, gone, peers, session, phase, syncedAt } = state;
  const now = state.now();
  checkBundle(bundle, { room, now, aliveAt: phase === 'replaying' ? syncedAt : now });
  if (gone.has(hex(bundle.id))) refuse('bundle-replayed');
  const members = [...peers.values(), ...(session ? [session.bundle] : [])];
  if (members.some(one => isTwice(one, bundle))) refuse('duplicate-member');
  if (!hasLink(bundle, link.tagKey)) {
    state.outsiders.set(hex(bundle.sid), bundle);
    return [{ what: 'outsider', name: bundle.name }];
  }
  if (peers.size + 2 > 200) refuse('roster-too-big');
  const news = pin(state, bundle);
  peers.set(hex(bundle.sid), bundle);
  return news;
}

const isTwice = (a: Bundle, b: Bundle): boolean => a.name === b.name || same(a.sid, b.sid) || same(a.ik, b.ik);

/** Nobody is verified here, so another key is a calm word. */
function pin({ pins }: State, { name, ik, created }: Bundle): Happening[] {
  const known = pins.get(name);
  const isSame = known !== undefined && same(known.ik, ik);
  if (isSame && created < known.created) refuse('bundle-rollback');
  pins.set(name, { ik, created });
  return isSame ? [] : [{ what: 'key', code: known ? 'key-changed' : 'new', name }];
}

export function joined(state: State, bytes: Bytes): Happening[] {
  const { replaced } = state;
  state.replaced = undefined;
  const before = new Set(state.peers.keys());
  const found = admit(state, bytes);
  const [, peer] = [...state.peers].find(([sid]) => !before.has(sid)) ?? [];
  if (peer && replaced?.name === peer.name && same(replaced.ik, peer.ik)) return found;
  const came: Happening[] = peer ? [{ what: 'joined', name: peer.name }] : [];
  return [...leave(replaced), ...came, ...found];
}

export function left(state: State, id: Bytes, reason: number): Happening[] {
  if (state.session && same(state.session.bundle.id, id)) return leftMyself(state, reason);
  const bundle = takeOff(state.peers, id) ?? takeOff(state.outsiders, id);
  state.gone.set(hex(id), bundle?.expires ?? state.now() + 7 * 86_400_000);
  if (!bundle) return [];
  if (reason !== REPLACED) return [{ what: 'left', name: bundle.name, reason }];
  state.replaced = bundle;
  return [];
}

function leftMyself(state: State, reason: number): Happening[] {
  const { session, pending } = state;
  if (session) state.gone.set(hex(session.bundle.id), session.bundle.expires);
  Object.assign(state, { session: undefined, phase: 'away' });
  return pending && reason === REPLACED ? [] : [{ what: 'removed', reason }];
}

function takeOff(from: Map<string, Bundle>, id: Bytes): Bundle | undefined {
  const [sid, bundle] = [...from].find(([, each]) => same(each.id, id)) ?? [];
  if (sid !== undefined) from.delete(sid);
  return bundle;
}

/** No join followed: that was a leave. */
export function settleReplaced(state: State): Happening[] {
  const gone = leave(state.replaced);
  state.replaced = undefined;
  return gone;
}

const leave = (who: State['replaced']): Happening[] =>
  who ? [{ what: 'left', name: who.name, reason: REPLACED }] : [];

/** Every chain ends, and the roster is that of this moment. */
export function newRoster(state: State): void {
  const { session, log, peers, room, ended, receiving } = state;
  state.sending = undefined;
  const old = [...ended.keys(), ...receiving.keys()].slice(-256);
  state.ended = new Map(old.map(id => [id, 'roster-mismatch']));
  receiving.clear();
  state.begun.clear();
  state.memberSeq = log?.seq ?? 0;
  const ids = [...peers.values()].map(({ id }) => id);
  state.roster = session && log ? rosterOf(room, log.head, [session.bundle.id, ...ids]) : undefined;
}
