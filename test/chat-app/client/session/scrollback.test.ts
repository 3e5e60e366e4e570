/** Which stored lines change with the log. */
import { expect, test } from 'vitest';
import { difference, KEPT_ITEMS, scrollbackOf } from '../../../../chat-app/client/session/scrollback.ts';
import type { LogItem } from '../../../../chat-app/client/session/state.ts';

const line = (key: string, text = key): LogItem => ({ kind: 'line', key, at: 1, name: 'bob', mine: false, text });
const [a, b, c] = [line('a'), line('b'), line('c')];
const found = scrollbackOf([
  [4, a],
  [7, b],
]);

test.each([
  ['nothing new', [a, b], { put: [], drop: [] }],
  ['one more', [a, b, c], { put: [[8, c]], drop: [] }],
  ['one changed', [a, line('b', 'edited')], { put: [[7, line('b', 'edited')]], drop: [] }],
  ['one gone', [b], { put: [], drop: [4] }],
  ['one gone and one more', [b, c], { put: [[8, c]], drop: [4] }],
  ['all gone', [], { put: [], drop: [4, 7] }],
])('%s', (_, now, expected) => {
  expect(difference(found, now)).toMatchObject(expected);
});

test('a place is never given twice', () => {
  const { after } = difference(found, [a, b, c]);
  const again = difference(difference(after, [a, b]).after, [a, b, line('d')]);
  expect(again.put.map(([place]) => place)).toEqual([9]);
});

test('an empty scrollback begins at the beginning', () => {
  expect(difference(scrollbackOf([]), [a]).put).toEqual([[0, a]]);
});

test('the oldest make room for the newest', () => {
  const many = Array.from({ length: KEPT_ITEMS }, (_, at) => line(`line ${at}`));
  const full = difference(scrollbackOf([]), many).after;
  const { put, drop, after } = difference(full, [...many, a]);
  expect([put, drop]).toEqual([[[KEPT_ITEMS, a]], [0]]);
  expect(after.places.size).toBe(KEPT_ITEMS);
});
