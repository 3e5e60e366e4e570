/** A relay may say anything at all: the core answers with events, and keeps working. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { Failure } from '../../../../chat-app/protocol/failure.ts';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { relayFrame } from '../../protocol/arbitrary.ts';
import { hand, person, sealed, shown, text, told } from './support/people.ts';

const [alice, bob] = [await person('alice'), await person('bob')];
await told([alice, bob]);
const frozen = await alice.member.freeze();
const real = await sealed(bob, 'real');

/** With a seq that fits, half of the time: else nothing would come past the first check. */
const plausible = fc.tuple(relayFrame, fc.integer({ min: 1, max: 6 })).map(([frame, seq]) => {
  const fits = frame.type !== 'room' && frame.type !== 'synced' && 'seq' in frame;
  return fits ? ({ ...frame, seq } as RelayFrame) : frame;
});

test('arbitrary frames in any order never make it throw, and never make it seal for anybody new', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plausible, { maxLength: 8 }), async frames => {
      const member = await thawMember(frozen, alice.around);
      const events = await member.receive(...frames);
      for (const event of events) expect(event.type).toBeTypeOf('string');
      expect((await member.snapshot()).people.filter(({ outsider }) => !outsider).length).toBeLessThanOrEqual(1);
      const refused = await member.seal({ body: text('x') }).catch((error: unknown) => error);
      if (refused instanceof Error) expect(refused).toBeInstanceOf(Failure);
      await thawMember(await member.freeze(), alice.around);
    }),
    { numRuns: 200 },
  );
});

test('junk before a real line costs the junk only', async () => {
  const member = await thawMember(frozen, alice.around);
  const junk = Array.from(
    { length: 20 },
    (_, at) => ({ type: 'msg', seq: at + 2, msg: new Uint8Array(200 + at) }) as const,
  );
  await member.receive(...junk);
  expect(shown(await hand({ ...alice, member }, real))).toEqual(['bob: real']);
});
