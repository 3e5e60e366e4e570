import { expect, test } from 'vitest';
import { fact, need } from '../../src/core/fact.ts';
import { nameFor, short } from '../../src/core/hash.ts';
import { urlOf } from '../../src/core/url.ts';

test('a fact that was not collected is a mistake of the plan, and is named', () => {
  const image = fact<string>('image');
  expect(need(image, { image: 'sha256:1' })).toBe('sha256:1');
  expect(() => need(image, {})).toThrow('the fact image was not collected');
});

test('the same content has the same name, in whatever order its keys were written', () => {
  expect(nameFor({ a: 1, b: [2] })).toBe(nameFor({ b: [2], a: 1 }));
  expect(nameFor({ a: 1 })).not.toBe(nameFor({ a: 2 }));
  expect(nameFor({})).toMatch(/^[0-9a-f]{12}$/);
  expect(short(nameFor({}))).toHaveLength(6);
});

test.for([
  ['127.0.0.1', 'http://localhost:5001'],
  ['::1', 'http://localhost:5001'],
  ['0.0.0.0', 'http://localhost:5001'],
  ['10.0.0.7', 'http://10.0.0.7:5001'],
] as const)('%s is reached at %s', ([host, url]) => {
  expect(urlOf(host, 5001)).toBe(url);
});
