import { expect, test } from 'vitest';
import { anotherName, isName } from '../../../../chat-app/client/session/names.ts';

test.each([
  ['bob', 'bob-2'],
  ['bob-2', 'bob-3'],
  ['bob-9', 'bob-10'],
  ['a'.repeat(24), `${'a'.repeat(22)}-2`],
])('%s is taken: %s', (name, other) => {
  expect(anotherName(name)).toBe(other);
  expect(isName(other)).toBe(true);
});
