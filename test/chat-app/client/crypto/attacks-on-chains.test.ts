/** What a member may try with chains and content: e2ee/1, section 16. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startChain } from '../../../../chat-app/client/crypto/chain.ts';
import { encodeLine } from '../../../../chat-app/client/crypto/content.ts';
import { sealEnvelope } from '../../../../chat-app/client/crypto/envelope.ts';
import { linkKeys } from '../../../../chat-app/client/crypto/link.ts';
import { sealMessage } from '../../../../chat-app/client/crypto/message.ts';
import { pairKey } from '../../../../chat-app/client/crypto/pair.ts';
import { random, signingPair } from '../../../../chat-app/client/crypto/primitives.ts';
import { newSession } from '../../../../chat-app/client/crypto/session.ts';
import { bundleId, decodeBundle, encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { concat } from '../../../../chat-app/protocol/bytes.ts';
import { roomHash, rosterHash } from '../../../../chat-app/protocol/room.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { knock, person, SECRET, seat, shown } from './support/people.ts';

afterEach(() => vi.restoreAllMocks());

/** A member whose program does what it likes, and bob, who is told that both are here. */
async function liar() {
  const [bob, identity] = [await person('bob'), await signingPair()];
  const room = await roomHash('lobby');
  const link = await linkKeys(SECRET, room);
  const said = { room, name: 'mallory', tagKey: link.tagKey, sid: random(8), now: 1_800_000_000_000, after: 0 };
  const session = await newSession(identity, said);
  const own = await knock(bob);
  await seat(bob, [encodeBundle(session.bundle), own]);
  const to = await bundleId(decodeBundle(own));
  const roster = await rosterHash({ room, head: new Uint8Array(32), bundleIds: [session.id, to] });
  const start = { seed: random(32), signer: await signingPair(), now: 0 };
  const chain = await startChain({ room, from: session.id, roster }, start);
  const { spk } = decodeBundle(own);
  const pair = { room, from: session.id, to, salt: link.salt };
  const key = await pairKey({ privateKey: session.privateKey, spk }, pair, 'encrypt');
  const sid = session.bundle.sid;
  const wrap = async (secret: { seed: Bytes; sigPub: Bytes }) =>
    concat(sid, chain.id, roster, await sealEnvelope(chain, { ...secret, iv: random(12) }, { to, key }));
  const seal = (content: Bytes, lane: 'msg' | 'eph' = 'msg') =>
    sealMessage(chain, content, { lane, sid, id: random(16), iv: random(12) });
  const honest = await wrap({ seed: start.seed, sigPub: start.signer.publicKey });
  let seq = 1;
  const send = (msg: Bytes, key?: Bytes) => {
    seq += 1;
    return bob.member.receive(...(key ? [{ type: 'key', key } as const] : []), { type: 'msg', msg, seq });
  };
  return { bob, start, chain, wrap, seal, send, honest };
}

const content = (change: object = {}) =>
  encodeLine({ body: { kind: 'text', text: 'hi' }, sentAt: 0, viewSeq: 1, viewHead: new Uint8Array(16), ...change });

describe('14: one chain id, two keys', () => {
  test('another seed', async () => {
    const { wrap, start, seal, send, honest } = await liar();
    const other = await wrap({ seed: random(32), sigPub: start.signer.publicKey });
    expect(shown(await send(await seal(content()), other))).toEqual(['[chain-commit]']);
    expect(shown(await send(await seal(content()), honest))).toEqual(['mallory: hi']);
  });

  test('another signing key', async () => {
    const { wrap, start, seal, send } = await liar();
    const other = await wrap({ seed: start.seed, sigPub: (await signingPair()).publicKey });
    expect(shown(await send(await seal(content()), other))).toEqual(['[chain-commit]']);
  });

  test('an envelope altered, or for somebody else', async () => {
    const { seal, send, honest } = await liar();
    const altered = honest.with(-1, (honest.at(-1) ?? 0) ^ 1);
    expect(shown(await send(await seal(content()), altered))).toEqual(['[envelope-auth]']);
    expect(shown(await send(await seal(content()), honest.slice(0, 56)))).toEqual(['[not-for-me]']);
  });
});

describe('16: the wrong lane, and damaged frames', () => {
  test('a message on the ephemeral lane, or back', async () => {
    const { bob, seal, send, honest } = await liar();
    await send(await seal(content()), honest);
    await seal(content(), 'eph');
    const moved = await bob.member.receive({ type: 'eph', eph: await seal(content()) });
    expect(moved).toMatchObject([{ type: 'ignored', code: 'msg-sig' }]);
    expect(shown(await send(await seal(content(), 'eph')))).toEqual(['[msg-sig]']);
  });

  test('short frames are lines that cannot be opened, and the log goes on', async () => {
    const { seal, send, honest } = await liar();
    const msg = await seal(content());
    expect(shown(await send(msg, honest.slice(0, 20)))).toEqual(['[msg-format]']);
    expect(shown(await send(msg.slice(1)))).toEqual(['[msg-format]']);
    expect(shown(await send(new Uint8Array()))).toEqual(['[msg-format]']);
    expect(shown(await send(msg, honest))).toEqual(['mallory: hi']);
  });

  test.each([
    ['text that is not UTF-8', concat(content().slice(0, 33), new Uint8Array([0xff]))],
    ['a view of 2^53', concat(content().slice(0, 9), new Uint8Array(8).fill(0xff), content().slice(17))],
    ['a head too short', content().slice(0, 30)],
    ['the id of a line too short', concat(new Uint8Array([3]), content().slice(1, 33), new Uint8Array(15))],
    ['the id of a line too long', concat(new Uint8Array([3]), content().slice(1, 33), new Uint8Array(17))],
  ])('%s moves no chain', async (_, bad) => {
    const { bob, seal, send, honest } = await liar();
    await send(await seal(content()), honest);
    const before = hex((await bob.member.freeze()).state);
    const events = await send(await seal(bad));
    expect(shown(events)).toEqual(['[msg-format]']);
    expect(chains(hex((await bob.member.freeze()).state))).toEqual(chains(before));
    expect(await send(await seal(content()))).toMatchObject([{ type: 'missing', count: 1 }, { type: 'line' }]);
  });

  test('a kind from a newer program is shown as such', async () => {
    const { seal, send, honest } = await liar();
    const newer = concat(new Uint8Array([9]), content().slice(1));
    expect(await send(await seal(newer), honest)).toMatchObject([{ type: 'line', body: { kind: 'newer', number: 9 } }]);
  });
});

/** The part of a frozen state that holds the chains. */
function chains(state: string): string | undefined {
  const text = new TextDecoder().decode(Uint8Array.from(state.match(/../g) ?? [], byte => Number.parseInt(byte, 16)));
  return /"chains":(.*)/.exec(text)?.[1];
}
