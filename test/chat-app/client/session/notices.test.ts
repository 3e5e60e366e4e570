import { expect, test } from 'vitest';
import type { RoomEvent } from '../../../../chat-app/client/crypto/events.ts';
import { notices } from '../../../../chat-app/client/session/notices.ts';
import type { Code } from '../../../../chat-app/protocol/failure.ts';

const bob = { name: 'bob', identity: '04b0b' } as const;

/** `tone: text (code)` for a remark, `banner: title (code)` for a banner. */
const shown = (event: RoomEvent): string[] =>
  notices(event, 7).flatMap(change => {
    if (change.type === 'remark') return [told(change.remark.tone, change.remark.text, change.remark.code)];
    return change.type === 'banner' ? [told('banner', change.banner.title, change.banner.code)] : [];
  });
const told = (kind: string, text: string, code?: string) => `${kind}: ${text}${code ? ` (${code})` : ''}`;

const rows: [RoomEvent, string[]][] = [
  [{ type: 'joined', seq: 1, ...bob }, ['plain: bob joined']],
  [{ type: 'left', seq: 1, reason: 1, outsider: false, ...bob }, ['plain: bob left']],
  [
    { type: 'left', seq: 1, reason: 2, outsider: false, ...bob },
    ['plain: bob was away too long and is no longer in the room'],
  ],
  [
    { type: 'outsider', ...bob },
    ['fault: bob came without the room’s link', 'banner: bob came without the room’s link.'],
  ],
  [
    { type: 'refused', code: 'bundle-sig', name: 'bob' },
    ['banner: The relay announced a key for bob that cannot be right. (bundle-sig)'],
  ],
  [
    { type: 'refused', code: 'bundle-format', name: undefined },
    ['banner: The relay announced a key for somebody that cannot be right. (bundle-format)'],
  ],
  [{ type: 'key-changed', ...bob }, ['calm: bob has a new key. Compare numbers if that is a surprise']],
  [{ type: 'verified-key-changed', ...bob }, ['halted: bob, whom you verified, shows another key']],
  [{ type: 'missing', count: 1, ...bob }, ['fault: A message from bob is missing']],
  [{ type: 'missing', count: 2, ...bob }, ['fault: 2 messages from bob are missing']],
  ...(['envelope-auth', 'chain-commit', 'no-chain', 'unknown-sender', 'not-for-me'] as const).map(
    (code): [RoomEvent, string[]] => [
      { type: 'unreadable', code, seq: 1, name: 'bob' },
      [`fault: A line from bob could not be opened (${code})`],
    ],
  ),
  ...(['msg-sig', 'msg-auth', 'sender-mismatch', 'msg-format', 'too-far', 'chain-reused'] as const).map(
    (code): [RoomEvent, string[]] => [
      { type: 'unreadable', code, seq: 1, name: 'bob' },
      [`fault: A line that claims to be from bob is forged or damaged (${code})`],
    ],
  ),
  [
    { type: 'unreadable', code: 'roster-mismatch', seq: 1, name: 'bob' },
    [
      'fault: bob seals for other people than you see (roster-mismatch)',
      'banner: bob seals for other people than you see. (roster-mismatch)',
    ],
  ],
  [{ type: 'unseen', from: 4, to: 9 }, ['plain: 6 things happened here while you were not in the room']],
  [
    { type: 'fork', seq: 1, ...bob },
    ['banner: bob and you were shown different histories, or the program of bob lies. (fork)'],
  ],
  [
    { type: 'stopped', code: 'own-altered', seq: 812 },
    ['banner: The relay has changed the history at line 812. (own-altered)'],
  ],
  [{ type: 'ignored', code: 'replay', name: 'bob' }, []],
  [{ type: 'synced', seq: 9 }, []],
];

test('a line that came again is counted, and what else is ignored is not', () => {
  const counted = (code: Code) => notices({ type: 'ignored', code, name: 'bob' }, 7);
  expect(counted('replay')).toEqual([{ type: 'repeated' }]);
  expect(counted('duplicate')).toEqual([{ type: 'repeated' }]);
  expect(counted('msg-sig')).toEqual([]);
});

test.each(rows)('%j', (event, texts) => {
  expect(shown(event)).toEqual(texts);
});
