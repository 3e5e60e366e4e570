/** Frames of a relay, good and bad: both implementations must take the same ones. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRelayFrame, encodeRelayFrame } from '../../../chat-app/protocol/frames.ts';
import { relayFrame } from '../protocol/arbitrary.ts';
import type { Data } from './implementation/frames.ts';
import { readFrame } from './implementation/frames.ts';
import { codeOf } from './support/saying.ts';

/** True, or the code of the refusal. */
function verdict(read: (data: Data) => unknown, data: Data): unknown {
  try {
    read(data);
    return true;
  } catch (error) {
    return codeOf(error) ?? error;
  }
}

function both(data: Data): unknown {
  const shipped = verdict(decodeRelayFrame, data);
  expect([data, verdict(readFrame, data)]).toEqual([data, shipped]);
  return shipped;
}

test('good ones', () => {
  fc.assert(
    fc.property(relayFrame, said => {
      expect(both(encodeRelayFrame(said))).toBe(true);
    }),
  );
});

const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('fork', 'away', 'full', 0, 1, 6, -1, 1.5, 2 ** 53));

test('anything in the place of anything', () => {
  fc.assert(
    fc.property(relayFrame, fc.nat(9), anything, (said, at, value) => {
      const data = encodeRelayFrame(said);
      if (typeof data === 'string') for (const each of altered(data, at, value)) both(each);
      else both(data.slice(0, at));
    }),
    { numRuns: 2000 },
  );
});

/** One element, one field put in or replaced, one field left out. */
function* altered(data: string, at: number, value: unknown): Generator<string> {
  const json = JSON.parse(data) as unknown[];
  yield JSON.stringify(json.toSpliced(at, 1, value));
  const [type, fields] = json;
  if (typeof fields !== 'object' || fields === null) return;
  const key = Object.keys(fields)[at] ?? 'more';
  yield JSON.stringify([type, { ...fields, [key]: value }]);
  yield JSON.stringify([type, { ...fields, [key]: undefined }]);
}
