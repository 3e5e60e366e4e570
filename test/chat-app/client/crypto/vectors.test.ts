/** Every intermediate value of e2ee/1's own vectors, through the client's functions. */
import { describe, expect, test } from 'vitest';
import { chainId, firstKeys, followChain, startChain } from '../../../../chat-app/client/crypto/chain.ts';
import { decodeLine, encodeLine, pad, unpad } from '../../../../chat-app/client/crypto/content.ts';
import { openEnvelope, sealEnvelope } from '../../../../chat-app/client/crypto/envelope.ts';
import { linkKeys } from '../../../../chat-app/client/crypto/link.ts';
import { followed, startLog } from '../../../../chat-app/client/crypto/log-view.ts';
import { messageAad, openMessage, sealMessage } from '../../../../chat-app/client/crypto/message.ts';
import { fingerprint, roomCode, safetyNumber } from '../../../../chat-app/client/crypto/numbers.ts';
import { pairKey } from '../../../../chat-app/client/crypto/pair.ts';
import { sign, verify, verifyingKey } from '../../../../chat-app/client/crypto/primitives.ts';
import { step } from '../../../../chat-app/client/crypto/ratchet.ts';
import { sharesLink, signBundle } from '../../../../chat-app/client/crypto/session.ts';
import { admitSignedBytes } from '../../../../chat-app/protocol/admit.ts';
import { bundleId, checkBundle, decodeBundle, encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Entry } from '../../../../chat-app/protocol/log.ts';
import { entryBytes, LEAVE, nextHead } from '../../../../chat-app/protocol/log.ts';
import { decodeMessage, encodeMessage } from '../../../../chat-app/protocol/message.ts';
import { plainSignedBytes } from '../../../../chat-app/protocol/plain.ts';
import { roomHash, rosterHash } from '../../../../chat-app/protocol/room.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import v from '../../../vectors/e2ee.json' with { type: 'json' };
import { agreementPrivateKey, bytes, signingKey } from './support/fixed-keys.ts';

const NOW = 1_750_000_000_000;
const room = bytes(v.room);
const link = await linkKeys(bytes(v.linkSecret), room);
const people = { alice: decodeBundle(bytes(v.alice.bundle)), bob: decodeBundle(bytes(v.bob.bundle)) };
const ids = { alice: bytes(v.alice.bundleId), bob: bytes(v.bob.bundleId) };
const origin = { room, from: ids.alice, roster: bytes(v.roster) };
const chain = { ...origin, id: bytes(v.chain.id) };
const secret = { seed: bytes(v.chain.seed), sigPub: bytes(v.chain.signPublic) };

test('room and link keys', async () => {
  expect(hex(await roomHash(v.roomId))).toBe(v.room);
  expect(hex(link.salt)).toBe(v.linkSalt);
  expect(link.tagKey && hex(link.tagKey)).toBe(v.linkTagKey);
  expect(link.door && hex(link.door)).toBe(v.linkDoor);
});

describe.each(['alice', 'bob'] as const)('the bundle of %s', name => {
  test('decodes, passes every check, and encodes to the same bytes', async () => {
    const bundle = people[name];
    expect(bundle).toMatchObject({ version: 1, name, created: NOW });
    expect(hex(encodeBundle(bundle))).toBe(v[name].bundle);
    await checkBundle(bundle, { room, now: NOW + 1 });
    expect(await sharesLink(bundle, link.tagKey)).toBe(true);
    expect(hex(await bundleId(bundle))).toBe(v[name].bundleId);
  });

  test('is signed anew with the same tag and id', async () => {
    const { tag, sig, ...said } = people[name];
    const privateKey = await signingKey(bytes(v[name].ikPrivate), said.ik);
    const again = await signBundle({ privateKey, publicKey: said.ik }, said, link.tagKey);
    expect(hex(again.tag)).toBe(hex(tag));
    expect(hex(await bundleId(again))).toBe(v[name].bundleId);
    await checkBundle(again, { room, now: NOW + 1 });
  });
});

const entries: Entry[] = [
  { type: 'join', bundle: bytes(v.alice.bundle) },
  { type: 'join', bundle: bytes(v.bob.bundle) },
  { type: 'msg', msg: bytes(v.message.bytes) },
  { type: 'leave', bundleId: ids.bob, reason: LEAVE.timeout },
];
const heads = [v.log.head1, v.log.head2, v.log.head3, v.log.head4];

test('the log: entries, heads, and the view that a member keeps', async () => {
  const expected = [v.log.entry1, v.log.entry2, v.log.entry3, v.log.entry4];
  expect(entries.map(entry => hex(entryBytes(entry)))).toEqual(expected);
  let head = new Uint8Array(32);
  let view = startLog(0, head);
  for (const [at, entry] of entries.entries()) {
    head = await nextHead(head, at + 1, entry);
    view = await followed(view, entry);
    expect([hex(head), hex(view.head)]).toEqual([heads[at], heads[at]]);
  }
  expect(hex(view.heads.get(3) ?? new Uint8Array())).toBe(v.log.head3.slice(0, 32));
});

test('the roster, in any order', async () => {
  for (const bundleIds of [
    [ids.alice, ids.bob],
    [ids.bob, ids.alice],
  ]) {
    expect(hex(await rosterHash({ room, head: bytes(v.log.head2), bundleIds }))).toBe(v.roster);
  }
});

test('chain id, first keys, steps', async () => {
  expect(hex(await chainId(origin, secret))).toBe(v.chain.id);
  const { msg, eph } = await firstKeys(secret.seed);
  expect([hex(msg), hex(eph)]).toEqual([v.chain.msgKey0, v.chain.ephKey0]);
  const [first, signal] = [await step(msg, 'msg'), await step(eph, 'eph')];
  expect([hex(first.next), hex(first.messageKey)]).toEqual([v.step0.next, v.step0.messageKey]);
  expect([hex(signal.next), hex(signal.messageKey)]).toEqual([v.ephStep0.next, v.ephStep0.messageKey]);
});

const wrapKey = async (use: 'encrypt' | 'decrypt') => {
  const [own, other, d] =
    use === 'encrypt' ? [people.alice, people.bob, v.alice.spkPrivate] : [people.bob, people.alice, v.bob.spkPrivate];
  const privateKey = await agreementPrivateKey(bytes(d), own.spk);
  return pairKey({ privateKey, spk: other.spk }, { room, from: ids.alice, to: ids.bob, salt: link.salt }, use);
};

test('the envelope, from both ends', async () => {
  const iv = bytes(v.envelope).slice(0, 12);
  const sealed = await sealEnvelope(chain, { ...secret, iv }, { to: ids.bob, key: await wrapKey('encrypt') });
  expect(hex(sealed)).toBe(v.envelope);
  const opened = await openEnvelope(chain, bytes(v.envelope), { to: ids.bob, key: await wrapKey('decrypt') });
  expect(hex(opened)).toBe(v.chain.seed + v.chain.signPublic);
  const followedChain = await followChain({ ...chain, sid: hex(people.alice.sid) }, opened);
  expect(hex(followedChain.lanes.msg.key)).toBe(v.chain.msgKey0);
  expect(hex(opened)).toBe('00'.repeat(97));
});

const content = {
  body: { kind: 'text', text: 'hello, bob' },
  sentAt: 1_750_000_001_234,
  viewSeq: 2,
  viewHead: bytes(v.log.head2).slice(0, 16),
} as const;

describe('the message', () => {
  const message = decodeMessage(bytes(v.message.bytes));

  test('content, padding and AAD', () => {
    expect(hex(encodeLine(content))).toBe(v.message.content);
    expect(hex(pad(encodeLine(content)))).toBe(v.message.padded);
    expect(decodeLine(unpad(bytes(v.message.padded)))).toEqual(content);
    expect(hex(messageAad('msg', chain, message))).toBe(v.message.aad);
    expect(hex(encodeMessage(message))).toBe(v.message.bytes);
  });

  test('sealed with the same key, id and iv it differs in nothing but the signature', async () => {
    const signer = {
      privateKey: await signingKey(bytes(v.chain.signPrivate), secret.sigPub),
      publicKey: secret.sigPub,
    };
    const own = await startChain(origin, { seed: secret.seed, signer, now: NOW });
    expect(hex(own.id)).toBe(v.chain.id);
    const sealing = { lane: 'msg', sid: people.alice.sid, id: message.id, iv: message.iv } as const;
    const sealed = decodeMessage(await sealMessage(own, encodeLine(content), sealing));
    expect({ ...sealed, sig: message.sig }).toEqual(message);
    expect(hex(own.lanes.msg.key)).toBe(v.step0.next);
  });

  test('opens', async () => {
    const theirs = await followChain(
      { ...chain, sid: hex(people.alice.sid) },
      bytes(v.chain.seed + v.chain.signPublic),
    );
    const opening = { lane: 'msg', now: NOW, decode: decodeLine } as const;
    expect(await openMessage(theirs, message, opening)).toEqual({ content, gap: 0 });
    expect(hex(theirs.lanes.msg.key)).toBe(v.step0.next);
  });
});

test('what is signed for the relay, and over a plain line', async () => {
  expect(hex(admitSignedBytes(bytes(v.admit.challenge), room, ids.bob))).toBe(v.admit.signedBytes);
  const { text, sentAt, id } = v.plain;
  const said = plainSignedBytes({ room, bundleId: ids.alice, id: bytes(id), sentAt, text });
  expect(hex(said)).toBe(v.plain.signedBytes);
  const key = await signingKey(bytes(v.alice.ikPrivate), people.alice.ik);
  expect(await verify(await verifyingKey(people.alice.ik, 'bundle-key'), await sign(key, said), said)).toBe(true);
});

test('the numbers that people compare', async () => {
  const [alice, bob] = [people.alice.ik, people.bob.ik];
  expect(await fingerprint(alice)).toBe(v.numbers.alice);
  expect(await fingerprint(bob)).toBe(v.numbers.bob);
  expect([await safetyNumber(alice, bob), await safetyNumber(bob, alice)]).toEqual([
    v.numbers.safety,
    v.numbers.safety,
  ]);
  expect([await roomCode([alice, bob]), await roomCode([bob, alice])]).toEqual([
    v.numbers.roomCode,
    v.numbers.roomCode,
  ]);
});
