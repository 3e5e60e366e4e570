/** What other members sealed: their chains, lines and signals (e2ee/1, sections 4 and 5). */
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import type { Code } from '../../protocol/failure.ts';
import { Failure, fail } from '../../protocol/failure.ts';
import { decodeKey } from '../../protocol/keys.ts';
import type { Message } from '../../protocol/message.ts';
import { AT, decodeMessage } from '../../protocol/message.ts';
import { hex } from '../../protocol/text.ts';
import type { ReceivingChain } from './chain.ts';
import { eraseChain, followChain } from './chain.ts';
import type { Body, Content, Signal } from './content.ts';
import { decodeLine, decodeSignal } from './content.ts';
import { openEnvelope } from './envelope.ts';
import type { RoomEvent } from './events.ts';
import { compareView } from './log-view.ts';
import { openMessage } from './message.ts';
import { pairKey } from './pair.ts';
import type { Key } from './primitives.ts';
import { alreadySeen, ownLine } from './sent.ts';
import type { Peer, State } from './state.ts';
import { countChain, hasBegunAll, ownSession, who } from './state.ts';
import { isBlocked } from './trust.ts';

export interface SealedLine {
  msg: Bytes;
  /** One's own envelope, if it came right before. */
  key: Bytes | undefined;
}

/** A logged message. One that cannot be opened is an event, never a reason to stop; it moves no chain. */
export async function readLine(state: State, seq: number, { msg, key }: SealedLine): Promise<RoomEvent[]> {
  try {
    const m = decodeMessage(msg);
    if (state.session && equal(m.sid, state.session.bundle.sid))
      return await ownLine(state, seq, { id: m.id, bytes: msg });
    if (key) await acceptKey(state, key);
    return await openLine(state, seq, m);
  } catch (error) {
    return unreadable(state, error, { seq, sid: msg.subarray(AT.sid, AT.chain) });
  }
}

/** An ephemeral event; failures are silent. */
export async function readSignal(state: State, eph: Bytes): Promise<RoomEvent[]> {
  try {
    const m = decodeMessage(eph);
    const { chain, peer } = senderOf(state, m);
    const opening = { lane: 'eph', now: state.setting.now(), decode: decodeSignal } as const;
    const { content } = await openMessage(chain, m, opening);
    return signalEvents(content.body, peer);
  } catch (error) {
    const [event] = unreadable(state, error, { seq: 0, sid: eph.subarray(AT.sid, AT.chain) });
    return event ? [{ type: 'ignored', code: event.code, name: event.name }] : [];
  }
}

function signalEvents(signal: Signal | undefined, { bundle }: Peer): RoomEvent[] {
  if (!signal) return [];
  const from = who(bundle);
  return [signal.kind === 'typing' ? { type: 'typing', ...from } : { type: 'read', seq: signal.seq, ...from }];
}

/** A new chain of the same sender ends the one before. */
async function acceptKey(state: State, bytes: Bytes): Promise<void> {
  const { sid, chain: id, roster, envelope } = decodeKey(bytes);
  const sender = hex(sid);
  const peer = state.peers.get(sender) ?? fail('unknown-sender');
  if (state.chains.has(hex(id)) || state.ended.get(hex(id)) === 'no-chain') fail('chain-reused');
  if (!state.roster || !equal(roster, state.roster)) fail('roster-mismatch', peer.bundle.name);
  if (hasBegunAll(state, sender)) fail('too-far', 'too many chains');
  const chain = { room: state.setting.room, from: peer.id, roster, id, sid: sender };
  const to = { to: ownSession(state).id, key: await keyFromPeer(state, peer) };
  const opened = await followChain(chain, await openEnvelope(chain, envelope, to));
  endChainOf(state, sender);
  countChain(state, sender);
  state.chains.set(hex(id), opened);
}

function endChainOf(state: State, sender: string): void {
  for (const [id, chain] of state.chains) {
    if (chain.sid !== sender) continue;
    eraseChain(chain);
    state.chains.delete(id);
    state.ended.set(id, 'no-chain');
  }
}

function keyFromPeer(state: State, { id, bundle, keys }: Peer): Promise<Key> {
  const { privateKey, id: own } = ownSession(state);
  const { room, link } = state.setting;
  const pair = { room, from: id, to: own, salt: link.salt };
  keys.fromPeer ??= pairKey({ privateKey, spk: bundle.spk }, pair, 'decrypt');
  return keys.fromPeer;
}

/** Chain known and not ended, and the session owns it. */
function senderOf(state: State, m: Message): { chain: ReceivingChain; peer: Peer } {
  const end = state.ended.get(hex(m.chain));
  if (end) fail(end, 'an older chain');
  const chain = state.chains.get(hex(m.chain)) ?? fail('no-chain');
  if (chain.sid !== hex(m.sid)) fail('sender-mismatch');
  return { chain, peer: state.peers.get(chain.sid) ?? fail('unknown-sender') };
}

async function openLine(state: State, seq: number, m: Message): Promise<RoomEvent[]> {
  const { chain, peer } = senderOf(state, m);
  const opening = { lane: 'msg', now: state.setting.now(), decode: decodeLine } as const;
  const { content, gap } = await openMessage(chain, m, opening);
  const from = who(peer.bundle);
  const missing: RoomEvent[] = gap > 0 ? [{ type: 'missing', count: gap, ...from }] : [];
  if (alreadySeen(state, peer.bundle.ik, m.id))
    return [...missing, { type: 'ignored', code: 'duplicate', name: from.name }];
  return [...missing, ...lineEvents(state, { seq, m, peer, content })];
}

interface OpenedLine {
  seq: number;
  m: Message;
  peer: Peer;
  content: Content<Body>;
}

function lineEvents(state: State, { seq, m, peer, content }: OpenedLine): RoomEvent[] {
  const { body, sentAt, viewSeq, viewHead } = content;
  const from = who(peer.bundle);
  const view = state.log ? compareView(state.log, viewSeq, viewHead) : { fork: false, unchecked: true };
  const unaccepted = isBlocked({ pins: state.pins, verified: state.setting.verified }, peer.bundle);
  const line: RoomEvent = { type: 'line', seq, id: hex(m.id), body, sentAt, ...view, unaccepted, ...from };
  return view.fork ? [{ type: 'fork', seq, ...from }, line] : [line];
}

/** `sid` is what the sender claims. */
function unreadable(state: State, error: unknown, { seq, sid }: { seq: number; sid: Bytes }) {
  if (!(error instanceof Failure)) throw error;
  const name = state.peers.get(hex(sid))?.bundle.name;
  const code: Code = error.code;
  if (code === 'replay' || code === 'duplicate') return [{ type: 'ignored', code, name } as const];
  return [{ type: 'unreadable', code, seq, name } as const];
}
