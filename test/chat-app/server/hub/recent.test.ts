import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstSeq, forget, newRecent, remember, unremember } from '../../../../chat-app/server/hub/recent.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const id = (nth: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(nth, 12);
  return bytes;
};

test('tells the seq of an id of the same identity only', () => {
  const recent = newRecent();
  remember(recent, { identity: 1, id: id(1), seq: 5, at: 0 });
  expect(firstSeq(recent, 1, id(1))).toBe(5);
  expect(firstSeq(recent, 2, id(1))).toBeUndefined();
  unremember(recent, 1, id(1));
  expect(firstSeq(recent, 1, id(1))).toBeUndefined();
  remember(recent, { identity: 1, id: id(1), seq: 6, at: 0 });
  expect(firstSeq(recent, 1, id(1))).toBe(6);
});

test('forgets what is older than asked for, at most an hour late, and never what is younger', () => {
  const recent = newRecent();
  for (let seq = 1; seq < 48 * 6; seq++) {
    remember(recent, { identity: seq % 3, id: id(seq), seq, at: seq * 10 * 60_000 });
  }
  const now = 48 * HOUR;
  forget(recent, now - DAY);
  for (let seq = 1; seq < 48 * 6; seq++) {
    const at = seq * 10 * 60_000;
    const known = firstSeq(recent, seq % 3, id(seq));
    if (at >= now - DAY) expect(known).toBe(seq);
    if (at < now - DAY - HOUR) expect(known).toBeUndefined();
  }
});

test('does what a map would do', () => {
  const step = fc.record({ identity: fc.nat(3), nth: fc.nat(40), takesBack: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), steps => {
      const recent = newRecent();
      const model = new Map<string, number>();
      steps.forEach(({ identity, nth, takesBack }, at) => {
        const key = `${identity} ${nth}`;
        expect(firstSeq(recent, identity, id(nth))).toBe(model.get(key));
        if (takesBack) {
          unremember(recent, identity, id(nth));
          model.delete(key);
        } else {
          remember(recent, { identity, id: id(nth), seq: at + 1, at: 0 });
          model.set(key, at + 1);
        }
      });
      for (const [key, seq] of model) {
        const [identity, nth] = key.split(' ').map(Number) as [number, number];
        expect(firstSeq(recent, identity, id(nth))).toBe(seq);
      }
    }),
  );
});

test('a hundred thousand lines take at most 50 bytes each, and less again once they are forgotten', () => {
  const recent = newRecent();
  const size = () => recent.prints.byteLength + recent.seqs.byteLength;
  for (let seq = 1; seq <= 100_000; seq++) {
    remember(recent, { identity: 1, id: randomBytes(16), seq, at: seq * 1000 });
  }
  expect(size()).toBeLessThan(100_000 * 50);
  forget(recent, 100_000_000);
  expect(size()).toBeLessThan(10_000 * 50);
});
