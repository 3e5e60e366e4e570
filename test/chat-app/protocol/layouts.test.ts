import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claims, decodeBundle, encodeBundle } from '../../../chat-app/protocol/bundle.ts';
import { Failure } from '../../../chat-app/protocol/failure.ts';
import { decodeKey, joinKeys, KEY_BYTES, splitKeys } from '../../../chat-app/protocol/keys.ts';
import { entryBytes, LEAVE } from '../../../chat-app/protocol/log.ts';
import { AT, decodeMessage, encodeMessage, MESSAGE_OVERHEAD_BYTES } from '../../../chat-app/protocol/message.ts';
import { decodePlain, encodePlain } from '../../../chat-app/protocol/plain.ts';
import { NAME, ROOM_ID, roomHash } from '../../../chat-app/protocol/room.ts';
import { hex } from '../../../chat-app/protocol/text.ts';
import { bytes, message, plain } from './arbitrary.ts';

/** Gives what it should, or a Failure: never another error. */
const total = (decode: (data: Uint8Array) => unknown, ...codes: string[]) =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), data => {
      try {
        decode(data);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        expect(codes).toContain(error instanceof Failure && error.code);
      }
    }),
    { numRuns: 500 },
  );

describe('decoding is total', () => {
  test('bundles', () => total(decodeBundle, 'bundle-format'));
  test('messages', () => total(decodeMessage, 'msg-format'));
  test('keys', () => total(splitKeys, 'bad-frame'));
  test('one key', () => total(decodeKey, 'msg-format', 'not-for-me'));
  test('plain lines', () => total(decodePlain, 'msg-format'));
});

const bundle = fc.record({
  version: fc.nat(0xffff),
  room: bytes(32),
  name: fc.string({ maxLength: 30 }),
  ik: bytes(65),
  spk: bytes(65),
  sid: bytes(8),
  created: fc.maxSafeNat(),
  expires: fc.maxSafeNat(),
  tag: bytes(32),
  sig: bytes(64),
});

describe('bundles', () => {
  test('come back, claims first', () => {
    fc.assert(
      fc.property(bundle, each => {
        expect(decodeBundle(encodeBundle(each))).toEqual(each);
        expect(hex(encodeBundle(each)).startsWith(hex(claims(each)))).toBe(true);
      }),
    );
  });

  test('of another length are refused, whichever byte is missing or too many', () => {
    fc.assert(
      fc.property(bundle, fc.integer({ min: 1, max: 300 }), (each, less) => {
        const good = encodeBundle(each);
        expect(() => decodeBundle(good.slice(0, -less))).toThrow(/^bundle-format/);
        expect(() => decodeBundle(new Uint8Array([...good, 0]))).toThrow(/^bundle-format/);
      }),
    );
  });

  test('are 286 bytes and the name', () => {
    fc.assert(fc.property(bundle, each => encodeBundle(each).length === 286 + Buffer.byteLength(each.name)));
  });
});

describe('messages', () => {
  test('come back, and the offsets are theirs', () => {
    fc.assert(
      fc.property(message, each => {
        const m = decodeMessage(each);
        expect(encodeMessage(m)).toEqual(each);
        expect(each.slice(AT.id, AT.iv)).toEqual(m.id);
        expect(each.slice(AT.chain, AT.index)).toEqual(m.chain);
        expect(m.ct).toHaveLength(each.length - MESSAGE_OVERHEAD_BYTES + 16);
      }),
    );
  });
});

test('keys come back', () => {
  const part = fc.record({ sid: bytes(8), chain: bytes(16), roster: bytes(32), envelope: bytes(125) });
  fc.assert(
    fc.property(part, fc.uniqueArray(bytes(8), { maxLength: 9, selector: hex }), ({ envelope, ...head }, sids) => {
      const others = sids.filter(sid => hex(sid) !== hex(head.sid));
      const envelopes = new Map(others.map(sid => [hex(sid), envelope]));
      const joined = joinKeys({ ...head, envelopes });
      expect(joined).toHaveLength(56 + 133 * others.length);
      expect(splitKeys(joined)).toEqual({ ...head, envelopes, head: joined.slice(0, 56) });
    }),
  );
});

test('one key says who, which chain, for whom; without an envelope it is not for me', () => {
  expect(() => decodeKey(new Uint8Array(56))).toThrow(/^not-for-me/);
  expect(() => decodeKey(new Uint8Array(KEY_BYTES - 1))).toThrow(/^msg-format/);
  expect(() => decodeKey(new Uint8Array(KEY_BYTES + 1))).toThrow(/^msg-format/);
  expect(decodeKey(new Uint8Array(KEY_BYTES))).toMatchObject({ sid: new Uint8Array(8), envelope: new Uint8Array(125) });
});

test('plain lines come back', () => {
  fc.assert(
    fc.property(plain, each => {
      expect(encodePlain(decodePlain(each))).toEqual(each);
    }),
  );
});

test('entries begin with their kind', () => {
  const some = new Uint8Array([9]);
  expect(hex(entryBytes({ type: 'join', bundle: some }))).toBe('0109');
  expect(hex(entryBytes({ type: 'leave', bundleId: some, reason: LEAVE.evicted }))).toBe('020905');
  expect(hex(entryBytes({ type: 'msg', msg: some }))).toBe('0309');
  expect(hex(entryBytes({ type: 'plain', plain: some }))).toBe('0409');
});

test('names leave no look-alikes', async () => {
  for (const good of ['a', 'bob-2_x', 'x'.repeat(24)]) expect(NAME.test(good)).toBe(true);
  for (const bad of ['', 'Bob', 'x'.repeat(25), 'b b', 'bоb', 'bob\n']) expect(NAME.test(bad)).toBe(false);
  expect(ROOM_ID.test('x'.repeat(64))).toBe(true);
  expect(ROOM_ID.test('x'.repeat(65))).toBe(false);
  expect(hex(await roomHash('lobby'))).toBe('d7ae9cf86a1dd41d1ef5ec5cec0e1aca15e177036f71c1058cc3fd7b669c16d4');
});
