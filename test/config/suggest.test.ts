import { expect, test } from 'vitest';
import { suggest } from '../../src/config/suggest.ts';

const keys = ['app', 'health', 'keep', 'target', 'handover'];

test.for([
  ['tagret', 'target'],
  ['Target', 'target'],
  ['healht', 'health'],
  ['helth', 'health'],
  ['ap', 'app'],
  ['kepp', 'keep'],
  ['replicas', undefined],
  ['x', undefined],
  ['', undefined],
] as const)('%s: did you mean %s?', ([word, meant]) => {
  expect(suggest(word, keys)).toBe(meant);
});

test('there is nothing to suggest where nothing is allowed', () => {
  expect(suggest('target', [])).toBeUndefined();
});
