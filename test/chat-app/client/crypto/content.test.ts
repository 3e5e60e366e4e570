import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Body } from '../../../../chat-app/client/crypto/content.ts';
import {
  decodeLine,
  decodeSignal,
  encodeLine,
  encodeSignal,
  pad,
  unpad,
} from '../../../../chat-app/client/crypto/content.ts';
import { Failure } from '../../../../chat-app/protocol/failure.ts';
import { PADDED_SIZES } from '../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const target = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hex);
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({ kind: fc.constantFrom('edit' as const, 'reply' as const), target, text }),
  fc.record({ kind: fc.constant('delete' as const), target }),
  fc.record({ kind: fc.constant('reaction' as const), target, emoji: text }),
);
const view = { sentAt: 1, viewSeq: 2, viewHead: new Uint8Array(16).fill(3) };

describe('content', () => {
  test('of every kind comes back', () => {
    fc.assert(
      fc.property(body, each => {
        expect(decodeLine(encodeLine({ body: each, ...view }))).toEqual({ body: each, ...view });
      }),
    );
  });

  test('of signals comes back; a newer one is nothing', () => {
    const typing = { body: { kind: 'typing' }, ...view } as const;
    const read = { body: { kind: 'read', seq: 2 ** 53 - 1 }, ...view } as const;
    expect(decodeSignal(encodeSignal(typing))).toEqual(typing);
    expect(decodeSignal(encodeSignal(read))).toEqual(read);
    expect(decodeSignal(encodeSignal(typing).with(0, 9) as Uint8Array).body).toBeUndefined();
  });

  test('is decoded or refused with `msg-format`', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        for (const decode of [decodeLine, decodeSignal]) {
          try {
            decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
            expect(error).toMatchObject({ code: 'msg-format' });
          }
        }
      }),
    );
  });

  test('names another line only by 16 bytes', () => {
    for (const wrong of ['', 'zz', '00'.repeat(15)]) {
      expect(() => encodeLine({ body: { kind: 'delete', target: wrong }, ...view })).toThrow(/^msg-format/);
    }
    expect(() => encodeLine({ body: { kind: 'newer', number: 9 }, ...view })).toThrow(/^msg-format/);
  });
});

describe('padding', () => {
  test('hides the length in one of seven sizes, and comes off', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4095 }), bytes => {
        const padded = pad(bytes);
        expect(PADDED_SIZES).toContain(padded.length);
        expect(unpad(padded)).toEqual(new Uint8Array(bytes));
      }),
    );
    expect([63, 64, 127, 4095].map(length => pad(new Uint8Array(length)).length)).toEqual([64, 128, 128, 4096]);
  });

  test('has no room for 4,096 bytes', () => expect(() => pad(new Uint8Array(4096))).toThrow(/^too-big/));

  test.each([
    ['zeros', new Uint8Array(64)],
    ['another mark', new Uint8Array(64).with(63, 0x40) as Uint8Array<ArrayBuffer>],
    ['another size', new Uint8Array(65).with(64, 0x80) as Uint8Array<ArrayBuffer>],
    ['nothing', new Uint8Array()],
  ])('is not %s', (_, bytes) => expect(() => unpad(bytes)).toThrow(/^msg-format/));
});
