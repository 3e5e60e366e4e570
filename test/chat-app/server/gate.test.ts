import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GateLimits, Source } from '../../../chat-app/server/gate.ts';
import { openGate } from '../../../chat-app/server/gate.ts';

const LIMITS: GateLimits = {
  connections: 5,
  perAddress: 3,
  handshakes: { perSecond: 1, burst: 4 },
  joins: { perSecond: 2, burst: 3 },
  rooms: { perSecond: 1, burst: 2 },
};
const entered = (source: Source | string | undefined): Source => {
  if (typeof source !== 'object') throw new Error(source);
  return source;
};

test('so many at once, so many of one address, so many a second', () => {
  let now = 0;
  const gate = openGate(LIMITS, () => now);
  const ours = [1, 2, 3].map(() => entered(gate.enter('a')));
  expect(gate.enter('a')).toBe('too-many');
  gate.leave(entered(ours[0]));
  ours[0] = entered(gate.enter('a'));
  gate.leave(ours[0]);
  expect(gate.enter('a')).toBe('too-fast');
  now += 1000;
  entered(gate.enter('a'));
  entered(gate.enter('b'));
  entered(gate.enter('b'));
  expect(gate.enter('c')).toBe('crowded');
});

test('joins and new rooms of one address have their own pace; a join that waits is not counted', () => {
  let now = 0;
  const gate = openGate(LIMITS, () => now);
  const source = entered(gate.enter('a'));
  expect([true, true, true].map(makesRoom => gate.waitToJoin(source, makesRoom))).toEqual([0, 0, 1000]);
  expect(gate.waitToJoin(source, false)).toBe(0);
  expect(gate.waitToJoin(source, false)).toBe(500);
  now += 500;
  expect(gate.waitToJoin(source, false)).toBe(0);
});

test('what is remembered of addresses is bounded, and nobody who is connected is forgotten', () => {
  const gate = openGate({ ...LIMITS, connections: 1e9, perAddress: 1 }, () => 0);
  entered(gate.enter('here'));
  for (let nth = 0; nth < 30_000; nth++) gate.leave(entered(gate.enter(`address ${nth}`)));
  expect(gate.size()).toBeLessThanOrEqual(20_002);
  expect(gate.enter('here')).toBe('too-many');
});

test('whatever comes and goes, no limit is ever passed', () => {
  const step = fc.record({ address: fc.nat(3), leaves: fc.boolean(), passes: fc.nat(900) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      let now = 0;
      const gate = openGate(LIMITS, () => now);
      const open: Source[] = [];
      for (const { address, leaves, passes } of steps) {
        now += passes;
        const source = leaves ? open.shift() : gate.enter(String(address));
        if (leaves && typeof source === 'object') gate.leave(source);
        else if (typeof source === 'object') open.push(source);
        expect(open.length).toBeLessThanOrEqual(LIMITS.connections);
        for (const each of open) expect(each.connections).toBeLessThanOrEqual(LIMITS.perAddress);
      }
    }),
  );
});
