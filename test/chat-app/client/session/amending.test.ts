import { expect, test } from 'vitest';
import { amended, findLine, idOf, oneSign } from '../../../../chat-app/client/session/amending.ts';
import type { Change } from '../../../../chat-app/client/session/changes.ts';
import type { Line } from '../../../../chat-app/client/session/state.ts';

const line = (key: string, more: Partial<Line> = {}): Line => ({
  ...{ kind: 'line', key, at: 1, name: 'bob', mine: false, text: 'first' },
  ...more,
});
type Amending = Extract<Change, { type: 'edited' | 'deleted' | 'reacted' }>;
const reacted = (emoji: string, name: string): Amending => ({ type: 'reacted', key: 'b 1', emoji, name });
const after = (...changes: Amending[]) => changes.reduce(amended, [line('a 1'), line('b 1')])[1];

test.each<[string, Amending[], Partial<Line>]>([
  ['an edit', [{ type: 'edited', key: 'b 1', text: 'second' }], { text: 'second', edited: true }],
  ['a deletion', [reacted('👍', 'a'), { type: 'deleted', key: 'b 1' }], { text: '', deleted: true }],
  [
    'an edit of what was deleted',
    [
      { type: 'deleted', key: 'b 1' },
      { type: 'edited', key: 'b 1', text: 'x' },
    ],
    { text: '', deleted: true },
  ],
  ['a change to another line', [{ type: 'edited', key: 'c 1', text: 'x' }], { text: 'first' }],
  [
    'reactions, each person once',
    [reacted('👍', 'a'), reacted('👍', 'c'), reacted('👍', 'a'), reacted('🎉', 'a')],
    {
      reactions: [
        { emoji: '👍', names: ['a', 'c'] },
        { emoji: '🎉', names: ['a'] },
      ],
    },
  ],
])('%s', (_, changes, expected) => {
  const { text = 'first', ...rest } = expected;
  expect(after(...changes)).toEqual({ ...line('b 1'), text, ...rest });
});

test.each([
  ['👍', '👍'],
  ['❤️', '❤️'],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['🇨🇭', '🇨🇭'],
  ['', undefined],
  ['ok', undefined],
  ['a', undefined],
  ['👍👍', undefined],
  ['👍 see https://example.org', undefined],
])('“%s” as a reaction: %s', (text, sign) => {
  expect(oneSign(text)).toBe(sign);
});

test('a line is found by its id; of two with one id, the first', () => {
  const [first, second] = [line('b 77'), line('eve 77')];
  expect(findLine([first, second], '77')).toBe(first);
  expect([idOf('b 77'), idOf('77')]).toEqual(['77', '77']);
});
