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
/** As fast-check takes examples. */
const keptFrames = frames.map((each): [(typeof frames)[number]] => [each]);
const keptTalks = talks.map((talk): [Step[]] => [talk as Step[]]);

/** Some at a time, with a seed each, so that none is cut off in the middle. */
async function untilTimeIsUp(check: (batch: { seed: number; numRuns: number }) => Promise<void> | void): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  for (let seed = Date.now() % 1_000_000; performance.now() < end; seed++) await check({ seed, numRuns: 10 });
}
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

test('a frame is understood, and said again the same way; or it is refused with a code', LIMITS, () =>
  untilTimeIsUp(batch => fc.assert(fc.property(bentFrame, isUnderstoodOrRefused), { ...batch, examples: keptFrames })),
);

test('whatever people do, the log has no gap, is the same for all, and no fault is logged', LIMITS, async () => {
  for (const [talk] of keptTalks) await hold(talk);
  await untilTimeIsUp(batch => fc.assert(fc.asyncProperty(anyTalk, hold), batch));
});

function isUnderstoodOrRefused({ binary, hex }: (typeof frames)[number]): void {
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
}
