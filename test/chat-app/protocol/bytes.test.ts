import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compare,
  concat,
  equal,
  fromUtf8,
  label,
  lp,
  Reader,
  u8,
  u16,
  u32,
  u64,
  utf8,
} from '../../../chat-app/protocol/bytes.ts';
import { base64url, hex, unbase64url, unhex } from '../../../chat-app/protocol/text.ts';

const anyBytes = fc.uint8Array({ maxLength: 200 });

describe('numbers', () => {
  test('are big-endian', () => {
    expect(hex(concat(u8(1), u16(2), u32(3), u64(2 ** 53 - 1)))).toBe('01000200000003001fffffffffffff');
  });

  test('that do not fit are a mistake of the caller', () => {
    for (const wrong of [-1, 0.5, 2 ** 32, Number.NaN]) expect(() => u32(wrong)).toThrow(RangeError);
    expect(() => u64(2 ** 53)).toThrow(RangeError);
  });

  test('survive the way there and back', () => {
    fc.assert(fc.property(fc.maxSafeNat(), n => new Reader(u64(n), 'bad-frame').number(8) === n));
  });

  test('above 2^53 are refused with the code of the structure', () => {
    expect(() => new Reader(new Uint8Array(8).fill(255), 'msg-format').number(8)).toThrow(/^msg-format/);
  });
});

describe('Reader', () => {
  test('copies, in order, and knows the end', () => {
    const source = new Uint8Array([1, 2, 3]);
    const r = new Reader(source, 'bad-frame');
    const first = r.take(2);
    source[0] = 9;
    expect([...first]).toEqual([1, 2]);
    expect(r.left).toBe(1);
    expect(() => r.end()).toThrow(/left over/);
    expect(() => r.take(2)).toThrow(/^bad-frame/);
    r.take(1);
    r.end();
  });

  test('copies out of a Buffer too, whose own slice would not', () => {
    const source = Buffer.from([1, 2, 3]);
    const taken = new Reader(source, 'bad-frame').take(2);
    source[0] = 9;
    expect([...taken]).toEqual([1, 2]);
  });
});

describe('text forms', () => {
  test('hex and base64url come back', () => {
    fc.assert(
      fc.property(anyBytes, bytes => {
        expect(unhex(hex(bytes))).toEqual(new Uint8Array(bytes));
        expect(unbase64url(base64url(bytes))).toEqual(new Uint8Array(bytes));
        expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      }),
    );
  });

  test('base64url has one spelling', () => {
    for (const wrong of ['A', 'AB', 'AAB', 'AA==', 'A+/A', 'AA\n', ' AAA', 'AA=', 'AAAAé', '💥AA']) {
      expect(unbase64url(wrong)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), text => {
        const bytes = unbase64url(text);
        return bytes === undefined || base64url(bytes) === text;
      }),
    );
  });

  test('hex is strict', () => {
    for (const wrong of ['a', 'zz', '0x00', ' 00']) expect(unhex(wrong)).toBeUndefined();
  });

  test('UTF-8 keeps every byte, a byte order mark too, and refuses what is not UTF-8', () => {
    const marked = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
    expect(utf8(fromUtf8(marked, 'msg-format'))).toEqual(marked);
    expect(() => fromUtf8(new Uint8Array([0xff]), 'msg-format')).toThrow(/^msg-format/);
  });
});

test('labels and length prefixes', () => {
  expect(hex(label('tag'))).toBe(`${Buffer.from('chat/1/tag').toString('hex')}00`);
  expect(hex(lp(utf8('ab')))).toBe('00026162');
});

test('order and equality are bytewise', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      expect(Math.sign(compare(a, b))).toBe(Buffer.compare(a, b));
      expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});
