/** What others sealed: chains, lines, events (sections 4 to 6). */
import type { Bytes } from './bytes.ts';
import { fields, fromUtf8, hex, Refused, refuse, same } from './bytes.ts';
import type { Lane, ReceivingChain } from './chain.ts';
import { followChain, openEnvelope, wrapKey } from './chain.ts';
import type { Content } from './content.ts';
import { readBody } from './content.ts';
import type { Message } from './message.ts';
import { openMessage, readMessage } from './message.ts';
import type { Happening, State } from './state.ts';
import { nameOf, stop } from './state.ts';

export function readLine(state: State, msg: Bytes, key: Bytes | undefined): Happening[] {
  return orFailed(state, msg, () => {
    const m = readMessage(msg);
    if (state.session && same(m.sid, state.session.bundle.sid)) return ownLine(state, m.id, msg);
    if (key) takeOver(state, key);
    const { chain, from } = owner(state, m);
    const { content, value: body, skipped } = openMessage(chain, m, { ...opening(state, 'msg'), read: readBody });
    const missing: Happening[] = skipped > 0 ? [{ what: 'missing', count: skipped, from }] : [];
    const shown = isNew(state, chain, m)
      ? ({ what: 'line', ...place(state, content), from, id: hex(m.id), body } as const)
      : ({ what: 'failed', code: 'duplicate', from } as const);
    return [...missing, shown];
  });
}

export function readEvent(state: State, eph: Bytes): Happening[] {
  return orFailed(state, eph, () => {
    const m = readMessage(eph);
    const { chain, from } = owner(state, m);
    const { value } = openMessage(chain, m, { ...opening(state, 'eph'), read: readSignal });
    return value ? [{ what: 'signal', ...value, from }] : [];
  });
}

/** `msg-format` only where a known kind lacks what it needs. */
function readSignal({ kind, body }: Content): { kind: number; upTo: number | undefined } | undefined {
  if (kind === 1) return { kind, upTo: undefined };
  return kind === 2 ? { kind, upTo: fields(body, 'msg-format').number(8) } : undefined;
}

const opening = ({ now }: State, lane: Lane) => ({ lane, now: now() });

function orFailed(state: State, line: Bytes, read: () => Happening[]): Happening[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return [{ what: 'failed', code: error.code, from: nameOf(state, line.slice(0, 8)) }];
    throw error;
  }
}

/** My own line must come back as I sealed it last. */
export function ownLine(state: State, id: Bytes, bytes: Bytes): Happening[] {
  const sent = state.sent.get(hex(id));
  if (!sent || !same(sent.bytes, bytes)) return stop(state, 'own-altered');
  if (sent.seq !== undefined) return [{ what: 'failed', code: 'replay', from: state.name }];
  sent.seq = state.log?.seq ?? 0;
  return [{ what: 'delivered', id: hex(id), seq: sent.seq }];
}

/** The checks of section 4. */
function takeOver(state: State, key: Bytes): void {
  const { room, peers, receiving, ended, link } = state;
  const f = fields(key, 'msg-format');
  const [sid, id, roster] = [f.bytes(8), f.bytes(16), f.bytes(32)];
  if (f.left() === 0) refuse('not-for-me');
  const envelope = f.bytes(125);
  if (f.left() > 0) refuse('msg-format');
  const peer = peers.get(hex(sid)) ?? refuse('unknown-sender');
  if (receiving.has(hex(id)) || ended.get(hex(id)) === 'no-chain') refuse('chain-reused');
  if (!same(roster, state.roster ?? refuse('roster-mismatch'))) refuse('roster-mismatch');
  const count = state.begun.get(hex(sid)) ?? 0;
  if (count >= 1024) refuse('too-far');
  const session = state.session ?? refuse('roster-mismatch');
  const chain = { room, from: peer.id, roster, id, sid: hex(sid) };
  const direction = { room, from: peer.id, to: session.bundle.id, salt: link.salt };
  const reader = { to: session.bundle.id, key: wrapKey(session.pair.privateKey, peer.spk, direction) };
  const followed = followChain(chain, openEnvelope(chain, envelope, reader));
  for (const [old, { sid: whose }] of receiving) {
    if (whose !== followed.sid) continue;
    receiving.delete(old);
    ended.set(old, 'no-chain');
  }
  state.begun.set(hex(sid), count + 1);
  receiving.set(hex(id), followed);
}

/** Steps 4 and 5 of opening. */
function owner({ receiving, ended, peers }: State, m: Message): { chain: ReceivingChain; from: string } {
  const chain = receiving.get(hex(m.chain)) ?? refuse(ended.get(hex(m.chain)) ?? 'no-chain');
  if (chain.sid !== hex(m.sid)) refuse('sender-mismatch');
  return { chain, from: peers.get(chain.sid)?.name ?? refuse('unknown-sender') };
}

/** Step 9. */
function isNew({ seen, peers }: State, chain: ReceivingChain, { id }: Message): boolean {
  const line = `${hex(peers.get(chain.sid)?.ik ?? id)} ${hex(id)}`;
  return !seen.has(line) && seen.add(line) !== undefined;
}

/** Where the line stands, and whether its sender saw the log that I see. */
function place({ log }: State, { viewSeq, viewHead }: Content) {
  const seq = log?.seq ?? 0;
  const mine = log?.views.get(viewSeq);
  if (viewSeq >= seq) return { seq, fork: true, unchecked: false };
  return { seq, fork: mine !== undefined && !same(mine, viewHead), unchecked: mine === undefined };
}

/** A plain line can only be my own (section 10). */
export function readPlain(state: State, plain: Bytes): Happening[] {
  return orFailed(state, plain, () => {
    if (state.metOthers) refuse('plain-refused');
    const f = fields(plain, 'msg-format');
    const [sid, id] = [f.bytes(8), f.bytes(16)];
    f.number(8);
    fromUtf8(f.bytes(Math.max(0, f.left() - 64)), 'msg-format');
    f.bytes(64);
    if (!state.session || !same(sid, state.session.bundle.sid)) refuse('plain-refused');
    return ownLine(state, id, plain);
  });
}
