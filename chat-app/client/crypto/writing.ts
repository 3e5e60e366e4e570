/** Seals what this member says, for exactly those who are listed (e2ee/1, sections 4, 5, 7 and 10). */
import type { ClientBinaryFrame } from '../../protocol/binary-frames.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { joinKeys } from '../../protocol/keys.ts';
import { ASK_AFTER_MS } from '../../protocol/limits.ts';
import { ID_BYTES, IV_BYTES, SEED_BYTES } from '../../protocol/sizes.ts';
import { hex } from '../../protocol/text.ts';
import type { ChainSecret, SendingChain } from './chain.ts';
import { startChain } from './chain.ts';
import type { Body, Signal } from './content.ts';
import { encodeLine, encodeSignal } from './content.ts';
import { sealEnvelope } from './envelope.ts';
import { endSending } from './membership.ts';
import { sealMessage } from './message.ts';
import { mayWrite, needsChain } from './obstacle.ts';
import { pairKey } from './pair.ts';
import { signingPair, ZEROS } from './primitives.ts';
import type { Lane } from './ratchet.ts';
import { remember } from './sent.ts';
import type { Peer, State } from './state.ts';
import { countChain, ownSession } from './state.ts';

export interface Draft {
  body: Body;
  /** 16 bytes, the same over every resend; default random. */
  id?: Bytes;
  /** When the line was written (milliseconds since 1970), and for which identities; default: now, for who is listed. */
  written?: { at: number; for: readonly string[] };
}

export type Sealed =
  | {
      type: 'sealed';
      /** Hexadecimal. */
      id: string;
      /** Goes again as it is while its chain lives. */
      frame: ClientBinaryFrame;
      /** The names it was sealed for. */
      readers: string[];
    }
  /** It has waited over a minute, and these came since: ask, then seal it as written now. */
  | { type: 'ask'; newcomers: string[] };

/** Fails with the code of what forbids it: see `obstacle`, and `too-big`. */
export async function sealLine(state: State, { body, id = randomId(state), written }: Draft): Promise<Sealed> {
  mayWrite(state);
  const newcomers = written ? newcomersSince(state, written) : [];
  if (newcomers.length > 0) return { type: 'ask', newcomers };
  const content = encodeLine({ body, ...view(state) });
  const sending = await currentChain(state);
  const msg = await seal(state, sending.chain, { lane: 'msg', id, content });
  await remember(state, { id, bytes: msg }, hex(sending.chain.id));
  const { keys } = sending;
  sending.keys = undefined;
  const frame: ClientBinaryFrame = keys ? { type: 'first', at: state.memberSeq, keys, msg } : { type: 'msg', msg };
  return { type: 'sealed', id: hex(id), frame, readers: [...state.peers.values()].map(({ bundle }) => bundle.name) };
}

/** Typing alone is not worth a key: fails with `no-chain` unless a message has started the chain. */
export async function sealSignal(state: State, signal: Signal): Promise<ClientBinaryFrame> {
  mayWrite(state);
  const { sending } = state;
  if (!sending || sending.keys || needsChain(state)) return fail('no-chain');
  const content = encodeSignal({ body: signal, ...view(state) });
  return { type: 'eph', eph: await seal(state, sending.chain, { lane: 'eph', id: randomId(state), content }) };
}

function newcomersSince({ peers, setting }: State, written: NonNullable<Draft['written']>): string[] {
  if (setting.now() - written.at <= ASK_AFTER_MS) return [];
  const bundles = [...peers.values()].map(({ bundle }) => bundle);
  return bundles.filter(({ ik }) => !written.for.includes(hex(ik))).map(({ name }) => name);
}

const view = ({ log, setting }: State) => ({
  sentAt: setting.now(),
  viewSeq: log?.seq ?? 0,
  viewHead: log?.head ?? ZEROS,
});

type Sending = NonNullable<State['sending']>;

async function currentChain(state: State): Promise<Sending> {
  if (state.sending && !needsChain(state)) return state.sending;
  endSending(state);
  state.sending = await newChain(state);
  return state.sending;
}

/** A seed that only the listed members get, each in an envelope of their own. */
async function newChain(state: State): Promise<Sending> {
  const { room, now, random } = state.setting;
  const { id: from, bundle } = ownSession(state);
  const roster = state.roster ?? fail('removed');
  const [seed, signer] = [random(SEED_BYTES), await signingPair()];
  const chain = await startChain({ room, from, roster }, { seed, signer, now: now() });
  const wraps = [...state.peers].map(([sid, peer]) =>
    wrap(state, chain, { seed, sigPub: signer.publicKey, sid, peer }),
  );
  const envelopes = new Map(await Promise.all(wraps).finally(() => seed.fill(0)));
  countChain(state, hex(bundle.sid));
  return { chain, keys: joinKeys({ sid: bundle.sid, chain: chain.id, roster, envelopes }) };
}

type Wrap = ChainSecret & { sid: string; peer: Peer };

async function wrap(state: State, chain: SendingChain, { sid, peer, ...secret }: Wrap): Promise<[string, Bytes]> {
  const { privateKey, id: from } = ownSession(state);
  const { room, link, random } = state.setting;
  const pair = { room, from, to: peer.id, salt: link.salt };
  peer.keys.toPeer ??= pairKey({ privateKey, spk: peer.bundle.spk }, pair, 'encrypt');
  const to = { to: peer.id, key: await peer.keys.toPeer };
  return [sid, await sealEnvelope(chain, { ...secret, iv: random(IV_BYTES) }, to)];
}

function seal(state: State, chain: SendingChain, what: { lane: Lane; id: Bytes; content: Bytes }): Promise<Bytes> {
  const { lane, id, content } = what;
  const iv = state.setting.random(IV_BYTES);
  return sealMessage(chain, content, { lane, id, iv, sid: ownSession(state).bundle.sid });
}

const randomId = ({ setting }: State): Bytes => setting.random(ID_BYTES);
