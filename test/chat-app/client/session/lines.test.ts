/** What somebody else’s message does to the log. Whatever their program says, they change only their own lines. */
import { expect, test } from 'vitest';
import type { LineEvent } from '../../../../chat-app/client/crypto/events.ts';
import type { Body } from '../../../../chat-app/client/crypto/index.ts';
import { received } from '../../../../chat-app/client/session/lines.ts';
import { outside, reduce } from '../../../../chat-app/client/session/reducer.ts';
import type { Line } from '../../../../chat-app/client/session/state.ts';

const [bobsId, mineId] = ['0b'.repeat(16), '0a'.repeat(16)];
const line = (key: string, name: string, mine = false): Line => ({
  kind: 'line',
  key,
  at: 1,
  name,
  mine,
  text: 'as it was',
});
const items = [line(`04bob ${bobsId}`, 'bob'), line(mineId, 'mira', true)];

/** The log after a message of this identity. */
function after(identity: string, body: Body) {
  const event: LineEvent = {
    ...{ type: 'line', name: identity.slice(2), identity, seq: 9, id: 'ff', body, sentAt: 5 },
    ...{ fork: false, unchecked: false, unaccepted: false },
  };
  return received(event, items, 7).reduce(reduce, { ...outside('harbour', 'mira', true), items }).items;
}

test.each<[string, string, Body, object[]]>([
  [
    'bob edits his line',
    '04bob',
    { kind: 'edit', target: bobsId, text: 'new' },
    [{ text: 'new', edited: true }, items[1] ?? {}],
  ],
  ['eve edits bob’s line', '04eve', { kind: 'edit', target: bobsId, text: 'new' }, items],
  ['eve deletes bob’s line', '04eve', { kind: 'delete', target: bobsId }, items],
  ['eve edits mine', '04eve', { kind: 'edit', target: mineId, text: 'new' }, items],
  ['eve deletes mine', '04eve', { kind: 'delete', target: mineId }, items],
  ['an edit of nothing', '04bob', { kind: 'edit', target: 'cc', text: 'new' }, items],
  ['a text as a reaction', '04eve', { kind: 'reaction', target: mineId, emoji: 'send money' }, items],
  [
    'a reaction to mine',
    '04eve',
    { kind: 'reaction', target: mineId, emoji: '👍' },
    [items[0] ?? {}, { reactions: [{ emoji: '👍', names: ['eve'] }] }],
  ],
  [
    'an answer to mine',
    '04eve',
    { kind: 'reply', target: mineId, text: 'yes' },
    [...items, { text: 'yes', reply: { name: 'mira', text: 'as it was' } }],
  ],
  [
    'an answer to nothing',
    '04eve',
    { kind: 'reply', target: 'cc', text: 'yes' },
    [...items, { reply: { name: undefined, text: 'a line that is not here' } }],
  ],
  ['a newer kind', '04eve', { kind: 'newer', number: 9 }, [...items, { text: 'eve sent a newer kind of message' }]],
])('%s', (_, identity, body, expected) => {
  expect(after(identity, body)).toMatchObject(expected);
});

test('a writer whose clock is ahead does not write in the future', () => {
  expect(after('04bob', { kind: 'text', text: 'hi' }).at(-1)).toMatchObject({ at: 5 });
});
