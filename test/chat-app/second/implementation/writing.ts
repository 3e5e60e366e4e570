/** What this member says (sections 4, 5, 7 and 10). */
import type { Bytes } from './bytes.ts';
import { cat, hex, refuse, u64, utf8, ZEROS } from './bytes.ts';
import { isWorn, sealEnvelope, startChain, wrapKey } from './chain.ts';
import type { Body, Content } from './content.ts';
import { bodyBytes } from './content.ts';
import type { Data } from './frames.ts';
import { toRelay } from './frames.ts';
import { sealMessage } from './message.ts';
import { random, sign } from './primitives.ts';
import type { Session, State } from './state.ts';
import { plainSigned } from './state.ts';

export interface Sealed {
  frame: Data;
  /** Hexadecimal. */
  id: string;
  /** Names of those who can read it. */
  readers: string[];
}

export function sealLine(state: State, body: Body, id: Bytes = random(16)): Sealed {
  const session = mayWrite(state);
  const content = contentOf(state, body.kind, bodyBytes(body));
  const sending = currentChain(state, session);
  const msg = sealMessage(sending.chain, content, { lane: 'msg', sid: session.bundle.sid, id });
  state.sent.set(hex(id), { bytes: msg, chain: hex(sending.chain.id) });
  const { keys } = sending;
  sending.keys = undefined;
  const frame = keys ? toRelay.first(state.memberSeq, keys, msg) : toRelay.msg(msg);
  return { frame, id: hex(id), readers: [...state.peers.values()].map(({ name }) => name) };
}

/** Typing, or having read up to a seq. */
export function sealEvent(state: State, upTo?: number): Data {
  const { bundle } = mayWrite(state);
  const { sending } = state;
  if (!sending || sending.keys || isWorn(sending.chain, state.now())) return refuse('no-chain');
  const content = upTo === undefined ? contentOf(state, 1, utf8('')) : contentOf(state, 2, u64(upTo));
  return toRelay.eph(sealMessage(sending.chain, content, { lane: 'eph', sid: bundle.sid, id: random(16) }));
}

export function writePlain(state: State, text: string, id: Bytes = random(16)): Data {
  if (state.metOthers) refuse('not-alone');
  const { bundle } = seated(state);
  const said = { id, sentAt: state.now(), text };
  const signature = sign(state.identity.privateKey, plainSigned(bundle, said));
  const plain = cat(bundle.sid, id, u64(said.sentAt), utf8(text), signature);
  state.sent.set(hex(id), { bytes: plain, chain: '' });
  return toRelay.plain(plain);
}

function mayWrite(state: State): Session {
  const session = seated(state);
  const readers = [...state.peers.values()];
  if (readers.length === 0) refuse('alone');
  if ([session.bundle, ...readers].some(({ expires }) => expires <= state.now())) refuse('bundle-expired');
  return session;
}

function seated({ stopped, session, phase, pending }: State): Session {
  if (stopped) refuse(stopped);
  if (!session) return refuse('removed');
  return phase === 'synced' && !pending ? session : refuse('unavailable');
}

const contentOf = ({ log, now }: State, kind: number, body: Bytes): Content => ({
  kind,
  sentAt: now(),
  viewSeq: log?.seq ?? 0,
  viewHead: log?.head ?? ZEROS,
  body,
});

function currentChain(state: State, session: Session): NonNullable<State['sending']> {
  if (!state.sending || isWorn(state.sending.chain, state.now())) state.sending = newChain(state, session);
  return state.sending;
}

function newChain(state: State, { pair, bundle }: Session): NonNullable<State['sending']> {
  const { room, link, peers, now, roster = refuse('removed') } = state;
  const { chain, secret } = startChain({ room, from: bundle.id, roster }, now());
  const envelopes = [...peers.values()].map(({ sid, spk, id: to }) => {
    const key = wrapKey(pair.privateKey, spk, { room, from: bundle.id, to, salt: link.salt });
    return cat(sid, sealEnvelope(chain, secret, { to, key, iv: random(12) }));
  });
  secret.fill(0);
  return { chain, keys: cat(bundle.sid, chain.id, roster, ...envelopes) };
}
