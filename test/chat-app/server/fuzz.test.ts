/**
 * Random frames and random talks. FUZZ_SECONDS sets how long each of the two goes on (10 by default); a failure prints
 * its seed and the smallest case, which then belongs into corpus/, where every run begins.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure, isWireCode } from '../../../chat-app/protocol/failure.ts';
import { decodeClientFrame, encodeClientFrame } from '../../../chat-app/protocol/frames.ts';
import frames from './corpus/frames.json' with { type: 'json' };
import talks from './corpus/talks.json' with { type: 'json' };
import type { Step } from './support/talk.ts';
import { anyTalk, hold } from './support/talk.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 10);
/** The order of the array's values is what fast-check calls an example. */
const kept: [Step[]][] = talks.map(talk => [talk as Step[]]);
const bounded = { interruptAfterTimeLimit: SECONDS * 1000, numRuns: 1_000_000 };
const LIMITS = { timeout: SECONDS * 1000 + 30_000 };

/** Good frames, bent: a byte changed, cut off, or put in. */
const bentFrame = fc
  .record({
    from: fc.constantFrom(...frames),
    edits: fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255), how: fc.constantFrom('set', 'cut', 'put') }), {
      maxLength: 4,
    }),
  })
  .map(({ from, edits }) => {
    const bytes = [...Buffer.from(from.hex, 'hex')];
    for (const { at, byte, how } of edits) {
      const place = at % (bytes.length + 1);
      if (how === 'set') bytes[place] = byte;
      else if (how === 'cut') bytes.length = place;
      else bytes.splice(place, 0, byte);
    }
    return { binary: from.binary, hex: Buffer.from(bytes).toString('hex') };
  });

test('a frame is understood, and said again the same way; or it is refused with a code', LIMITS, () => {
  fc.assert(
    fc.property(bentFrame, ({ binary, hex }) => {
      const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
      try {
        const frame = decodeClientFrame(binary ? bytes : Buffer.from(bytes).toString());
        const again = encodeClientFrame(frame);
        if (binary) expect(Buffer.from(again).toString('hex')).toBe(hex);
        else expect(decodeClientFrame(again)).toEqual(frame);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        expect(isWireCode(error.code)).toBe(true);
      }
    }),
    { ...bounded, examples: frames.map(each => [each]) },
  );
});

test('whatever people do, the log has no gap, is the same for all, and no fault is logged', LIMITS, async () => {
  await fc.assert(fc.asyncProperty(anyTalk, hold), {
    ...bounded,
    examples: kept,
  });
});
