import { expect, test } from 'vitest';
import { firstSeq, forget, newRecent, remember, unremember } from '../../../../chat-app/server/hub/recent.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

test('tells the seq of an id of the same identity only', () => {
  const recent = newRecent();
  remember(recent, { identity: 1, id: 'a', seq: 5, at: 0 });
  expect(firstSeq(recent, 1, 'a')).toBe(5);
  expect(firstSeq(recent, 2, 'a')).toBeUndefined();
  unremember(recent, 1, 'a');
  expect(firstSeq(recent, 1, 'a')).toBeUndefined();
});

test('forgets what is older than asked for, at most an hour late, and never what is younger', () => {
  const recent = newRecent();
  for (let seq = 0; seq < 48 * 6; seq++) {
    remember(recent, { identity: seq % 3, id: `id${seq}`, seq, at: seq * 10 * 60_000 });
  }
  const now = 48 * HOUR;
  forget(recent, now - DAY);
  for (let seq = 0; seq < 48 * 6; seq++) {
    const at = seq * 10 * 60_000;
    const known = firstSeq(recent, seq % 3, `id${seq}`);
    if (at >= now - DAY) expect(known).toBe(seq);
    if (at < now - DAY - HOUR) expect(known).toBeUndefined();
  }
});
