import { expect, test } from 'vitest';
import type { LogItem } from '../../../../chat-app/client/session/state.ts';
import { logRows } from '../../../../chat-app/client/views/logRows.ts';

const noon = new Date(2026, 10, 23, 12).getTime();
const hour = 3600_000;

const line = (key: string, name: string, at = noon): LogItem => ({
  kind: 'line',
  key,
  at,
  name,
  mine: name === 'mira',
  text: key,
});
const remark = (key: string, at = noon): LogItem => ({ kind: 'remark', key, at, tone: 'plain', text: key });

const shown = (items: LogItem[], firstUnread?: string) =>
  logRows({ items, firstUnread }).map(row => {
    if (row.kind === 'line') return row.more ? `more ${row.key}` : row.key;
    if (row.kind === 'new') return `${row.count} new`;
    return row.kind === 'day' ? 'day' : row.key;
  });

test('a day line stands before the first item of each day', () => {
  expect(shown([line('a', 'alice'), line('b', 'bob'), line('c', 'bob', noon + 24 * hour)])).toEqual([
    'day',
    'a',
    'b',
    'day',
    'c',
  ]);
});

test('who goes on is not named again, until something stands between', () => {
  expect(shown([line('a', 'bob'), line('b', 'bob'), remark('r'), line('c', 'bob')])).toEqual([
    'day',
    'a',
    'more b',
    'r',
    'c',
  ]);
});

test('the unread lines of others are counted above the first of them', () => {
  expect(shown([line('a', 'bob'), line('b', 'bob'), line('c', 'mira'), line('d', 'bob')], 'b')).toEqual([
    'day',
    'a',
    '2 new',
    'b',
    'c',
    'd',
  ]);
});
