import { expect, test } from 'vitest';
import type { Change } from '../../../../chat-app/client/session/changes.ts';
import { outside, reduce } from '../../../../chat-app/client/session/reducer.ts';
import type { Line, RoomState } from '../../../../chat-app/client/session/state.ts';

const alice = { sid: 'a1', identity: '04a', name: 'alice', trust: 'new' } as const;
const bob = { sid: 'b1', identity: '04b', name: 'bob', trust: 'new' } as const;
const roster = (...people: (typeof alice | typeof bob)[]): Change => ({ type: 'roster', people, outsiders: [] });
const line = (key: string, mine = false): Line => ({ kind: 'line', key, at: 1, name: 'alice', mine, text: key });
const said = (key: string, mine = false): Change => ({ type: 'line', line: line(key, mine) });

const after = (...events: Change[]): RoomState => events.reduce(reduce, outside('harbour', 'mira', true));

test('who stays keeps the presence that the relay told, who comes is here', () => {
  const { people } = after(
    roster(alice),
    { type: 'presence', sid: 'a1', presence: 'away', at: 50 },
    roster(alice, bob),
  );
  expect(people).toEqual([
    { ...alice, presence: 'away', since: 50 },
    { ...bob, presence: 'here' },
  ]);
});

test('after a resume those who are named are away, and the rest are here', () => {
  const { people } = after(
    roster(alice, bob),
    { type: 'presence', sid: 'a1', presence: 'away', at: 50 },
    { type: 'presence', sid: 'b1', presence: 'away', at: 60 },
    { type: 'away', sids: ['a1'], at: 99 },
  );
  expect(people).toEqual([
    { ...alice, presence: 'away', since: 50 },
    { ...bob, presence: 'here' },
  ]);
});

test.each([
  [59_999, []],
  [60_000, ['alice came back']],
])('a return after %i ms', (ms, remarks) => {
  const { items } = after(
    roster(alice),
    { type: 'presence', sid: 'a1', presence: 'away', at: 0 },
    { type: 'presence', sid: 'a1', presence: 'here', at: ms },
  );
  expect(items.map(item => item.text)).toEqual(remarks);
});

test('lines of others count as unread only while nobody looks', () => {
  const away: Change = { type: 'looking', looking: false };
  expect(after(said('a')).unread).toBe(0);
  expect(after(away, said('a'), said('mine', true), said('b'))).toMatchObject({ unread: 2, firstUnread: 'a' });
});

test('the mark above the unread lines outlives the look, and goes when the reader looks away again', () => {
  const read: Change[] = [{ type: 'looking', looking: false }, said('a'), { type: 'looking', looking: true }];
  expect(after(...read)).toMatchObject({ unread: 0, firstUnread: 'a' });
  expect(after(...read, { type: 'looking', looking: false })).toMatchObject({ unread: 0, firstUnread: undefined });
});

test('a delivery changes its own line and no other', () => {
  const { items } = after(said('a', true), said('b', true), {
    type: 'delivery',
    key: 'b',
    delivery: { state: 'sent' },
  });
  expect(items).toEqual([line('a', true), { ...line('b', true), delivery: { state: 'sent' } }]);
});

test('a banner that is raised again stands once', () => {
  const banner = { key: 'fork alice', title: 't', text: 'x' };
  const { banners } = after({ type: 'banner', banner }, { type: 'banner', banner: { ...banner, text: 'y' } });
  expect(banners).toEqual([{ ...banner, text: 'y' }]);
});
