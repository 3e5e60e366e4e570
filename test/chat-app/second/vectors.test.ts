/** The second implementation reproduces every value of e2ee/1's vectors; signatures are verified, not compared. */
import { describe, expect, test } from 'vitest';
import v from '../../vectors/e2ee.json' with { type: 'json' };
import { checkBundle, hasLink, makeBundle, proofOf, readBundle } from './implementation/bundle.ts';
import type { Bytes } from './implementation/bytes.ts';
import { cat, hex, label, unhex, ZEROS } from './implementation/bytes.ts';
import { followChain, openEnvelope, sealEnvelope, startChain, step, wrapKey } from './implementation/chain.ts';
import { bodyBytes, contentBytes, pad, readBody, readContent, unpad } from './implementation/content.ts';
import { aadOf, openMessage, readMessage, sealMessage } from './implementation/message.ts';
import { fingerprint, roomCode, safetyNumber } from './implementation/numbers.ts';
import { pairOf, publicKey, sign, verify } from './implementation/primitives.ts';
import { entry, headAfter, linkKeys, logAfter, logAt, roomOf, rosterOf } from './implementation/room.ts';
import { plainSigned } from './implementation/state.ts';

const NOW = 1_750_000_000_000;
const room = roomOf(v.roomId);
const link = linkKeys(unhex(v.linkSecret), room);
const person = (of: typeof v.alice) => ({
  ik: pairOf(unhex(of.ikPrivate)),
  spk: pairOf(unhex(of.spkPrivate)),
  bundle: readBundle(unhex(of.bundle)),
});
const alice = person(v.alice);
const bob = person(v.bob);
const origin = { room, from: alice.bundle.id, roster: unhex(v.roster) };
const start = () => startChain(origin, NOW, { seed: unhex(v.chain.seed), pair: pairOf(unhex(v.chain.signPrivate)) });

test('room and link keys', () => {
  expect(hex(room)).toBe(v.room);
  const { salt, tagKey = ZEROS, door = ZEROS } = link;
  expect([salt, tagKey, door].map(hex)).toEqual([v.linkSalt, v.linkTagKey, v.linkDoor]);
});

describe.each([
  ['alice', alice, v.alice],
  ['bob', bob, v.bob],
] as const)('the bundle of %s', (name, { ik, spk, bundle }, expected) => {
  test('is read, and is good', () => {
    expect(bundle).toMatchObject({ suite: 1, name, created: NOW, ik: ik.point, spk: spk.point });
    checkBundle(bundle, { room, now: NOW + 1, aliveAt: NOW + 1 });
    expect([hex(bundle.id), hasLink(bundle, link.tagKey)]).toEqual([expected.bundleId, true]);
  });

  test('is made anew, the same but for its signature', () => {
    const again = makeBundle(ik, bundle, link.tagKey);
    expect(hex(again.bytes.slice(0, -64))).toBe(expected.bundle.slice(0, -128));
    expect(hex(again.id)).toBe(expected.bundleId);
    checkBundle(again, { room, now: NOW + 1, aliveAt: NOW + 1 });
  });
});

test('the log', () => {
  const entries = [
    entry.join(alice.bundle.bytes),
    entry.join(bob.bundle.bytes),
    entry.msg(unhex(v.message.bytes)),
    entry.leave(bob.bundle.id, 2),
  ];
  expect(entries.map(hex)).toEqual([v.log.entry1, v.log.entry2, v.log.entry3, v.log.entry4]);
  const heads: Bytes[] = [];
  let log = logAt(0, ZEROS);
  for (const [at, bytes] of entries.entries()) {
    heads.push(headAfter(heads.at(-1) ?? ZEROS, at + 1, bytes));
    log = logAfter(log, bytes);
  }
  expect(heads.map(hex)).toEqual([v.log.head1, v.log.head2, v.log.head3, v.log.head4]);
  expect([hex(log.head), hex(log.views.get(2) ?? ZEROS)]).toEqual([v.log.head4, v.log.head2.slice(0, 32)]);
});

test('the roster', () => {
  const ids = [bob.bundle.id, alice.bundle.id];
  expect(hex(rosterOf(room, unhex(v.log.head2), ids))).toBe(v.roster);
  expect(hex(rosterOf(room, unhex(v.log.head2), ids.toReversed()))).toBe(v.roster);
});

test('the chain, its first keys and steps', () => {
  const { chain, secret } = start();
  const { msg, eph } = chain.lanes;
  expect(hex(secret)).toBe(v.chain.seed + v.chain.signPublic);
  expect([chain.id, msg.key, eph.key].map(hex)).toEqual([v.chain.id, v.chain.msgKey0, v.chain.ephKey0]);
  const [first, signal] = [step(msg.key, 'msg'), step(eph.key, 'eph')];
  expect([first.next, first.mk].map(hex)).toEqual([v.step0.next, v.step0.messageKey]);
  expect([signal.next, signal.mk].map(hex)).toEqual([v.ephStep0.next, v.ephStep0.messageKey]);
});

test('the envelope, from both ends', () => {
  const { chain, secret } = start();
  const direction = { room, from: alice.bundle.id, to: bob.bundle.id, salt: link.salt };
  const there = wrapKey(alice.spk.privateKey, bob.bundle.spk, direction);
  const here = wrapKey(bob.spk.privateKey, alice.bundle.spk, direction);
  const iv = unhex(v.envelope).subarray(0, 12);
  expect(hex(sealEnvelope(chain, secret, { to: bob.bundle.id, key: there, iv }))).toBe(v.envelope);
  const opened = openEnvelope(chain, unhex(v.envelope), { to: bob.bundle.id, key: here });
  expect(hex(opened)).toBe(hex(secret));
});

describe('the message', () => {
  const m = readMessage(unhex(v.message.bytes));
  const body = { kind: 1, text: 'hello, bob' };
  const view = { sentAt: 1_750_000_001_234, viewSeq: 2, viewHead: unhex(v.log.head2).subarray(0, 16) };
  const content = { kind: 1, ...view, body: bodyBytes(body) };

  test('content, padding and aad', () => {
    expect(hex(contentBytes(content))).toBe(v.message.content);
    expect(hex(pad(contentBytes(content)))).toBe(v.message.padded);
    expect(readContent(unpad(unhex(v.message.padded)))).toEqual(content);
    expect(hex(aadOf('msg', start().chain, m))).toBe(v.message.aad);
  });

  test('is sealed anew, the same but for its signature', () => {
    const { chain } = start();
    const sealed = sealMessage(chain, content, { lane: 'msg', sid: alice.bundle.sid, id: m.id, iv: m.iv });
    expect(hex(sealed.subarray(0, -64))).toBe(v.message.bytes.slice(0, -128));
    const signed = cat(aadOf('msg', chain, m), m.iv, m.ct);
    for (const each of [m.sig, sealed.subarray(-64)]) {
      expect(verify(publicKey(unhex(v.chain.signPublic), ''), signed, each)).toBe(true);
    }
    expect(hex(chain.lanes.msg.key)).toBe(v.step0.next);
  });

  test('opens', () => {
    const { chain, secret } = start();
    const theirs = followChain({ ...chain, sid: hex(alice.bundle.sid) }, secret);
    const { value, skipped } = openMessage(theirs, m, { lane: 'msg', now: NOW, read: readBody });
    expect([value, skipped]).toEqual([body, 0]);
  });
});

test('what is signed for the relay, and over a plain line', () => {
  const challenge = unhex(v.admit.challenge);
  const proof = proofOf(bob.ik, challenge, bob.bundle);
  expect(hex(cat(label('admit'), challenge, room, bob.bundle.id))).toBe(v.admit.signedBytes);
  expect(verify(publicKey(bob.bundle.ik, ''), unhex(v.admit.signedBytes), proof)).toBe(true);
  const { text, sentAt } = v.plain;
  const signed = plainSigned(alice.bundle, { id: unhex(v.plain.id), sentAt, text });
  expect(hex(signed)).toBe(v.plain.signedBytes);
  expect(verify(publicKey(alice.bundle.ik, ''), signed, sign(alice.ik.privateKey, signed))).toBe(true);
});

test('the numbers that people compare', () => {
  const [a, b] = [alice.bundle.ik, bob.bundle.ik];
  expect([fingerprint(a), fingerprint(b)]).toEqual([v.numbers.alice, v.numbers.bob]);
  expect([safetyNumber(a, b), safetyNumber(b, a)]).toEqual([v.numbers.safety, v.numbers.safety]);
  expect([roomCode([a, b]), roomCode([b, a])]).toEqual([v.numbers.roomCode, v.numbers.roomCode]);
});
