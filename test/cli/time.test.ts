import { expect, test } from 'vitest';
import { parseTime } from '../../src/cli/time.ts';

test.for([
  ['0', 0],
  ['90', 90_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
] as const)('%s is %i ms', ([text, ms]) => {
  expect(parseTime(text)).toBe(ms);
});

test.for(['', 'soon', '10 m', '-1', '1.5h', '1d', '10ms', '∞'])('%j is refused, with what is allowed', text => {
  expect(() => parseTime(text)).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({
        code: 'usage',
        message: `"${text}" is no time`,
        allowed: ['90s', '10m', '1h'],
      }),
    }),
  );
});
