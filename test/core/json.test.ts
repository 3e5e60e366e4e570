import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, isSecretRef, isValueRef, type Json, mapJson } from '../../src/core/json.ts';

describe('mapJson', () => {
  test('sees references as a whole, before their inside', () => {
    const seen: Json[] = [];
    mapJson({ a: { $secret: 'TOKEN' }, b: [{ $value: 'url' }] }, value => {
      seen.push(value);
      return isSecretRef(value) || isValueRef(value) ? 'known' : value;
    });
    expect(seen).toContainEqual({ $secret: 'TOKEN' });
    expect(seen).not.toContain('TOKEN');
    expect(seen).not.toContain('url');
  });

  test('rebuilds objects and lists, and drops what is undefined', () => {
    const before = { a: [1, { b: 2 }], c: undefined, d: null };
    expect(mapJson(before, value => (typeof value === 'number' ? value + 1 : value))).toEqual({
      a: [2, { b: 3 }],
      d: null,
    });
    expect(Object.keys(mapJson(before, value => value) as object)).toEqual(['a', 'd']);
  });

  test('changing nothing gives the same JSON, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.stringify(mapJson(value as Json, leaf => leaf))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('references', () => {
  test.for([{ $secret: 1 }, { $secret: 'A', more: 1 }, null, 'A', ['$secret'], { $value: 'A' }])(
    '%j is no secret reference',
    value => {
      expect(isSecretRef(value)).toBe(false);
    },
  );
});

describe('canonical', () => {
  test('the order of keys does not count, that of lists does', () => {
    expect(canonical({ b: 1, a: { d: 2, c: 3 } })).toBe(canonical({ a: { c: 3, d: 2 }, b: 1 }));
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  });

  test('what is undefined is not there', () => {
    expect(canonical({ a: 1, b: undefined })).toBe('{"a":1}');
    expect(canonical(undefined)).toBe('null');
  });

  test('reads back as what it was, for all JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonical(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
