import { describe, expect, test } from 'vitest';
import { causeIn, crashProblem } from '../../src/core/crash.ts';

describe('the cause in the last lines', () => {
  test.for<[string, string[], string | undefined]>([
    ['a JSON log with msg', ['starting', '{"level":50,"msg":"the database is gone"}'], 'the database is gone'],
    ['a JSON log with message', ['{"message":"no disk"}'], 'no disk'],
    [
      'an uncaught error of Node.js',
      [
        '/app/server.js:3',
        "TypeError: Cannot read properties of undefined (reading 'x')",
        '    at main',
        'Node.js v24',
      ],
      "TypeError: Cannot read properties of undefined (reading 'x')",
    ],
    [
      'the last of several errors',
      ['Error: first', 'at a', 'Caused by: java.io.IOException: gone', 'at b'],
      'Caused by: java.io.IOException: gone',
    ],
    ['nothing but text', ['one', '  two  '], 'two'],
    ['a number, which is JSON too', ['42'], '42'],
    ['null, which is JSON too', ['null'], 'null'],
    ['nothing at all', [], undefined],
  ])('%s', ([, lines, cause]) => {
    expect(causeIn(lines)).toBe(cause);
  });
});

describe('the problem', () => {
  const crash = { release: 'b7c01e', at: '2026-11-23T14:02:07.000Z', exitCode: 3, signal: null, lines: ['boom'] };

  test('says so of one that is started again and again', () => {
    expect(crashProblem({ ...crash, exitCode: null }).message).toBe('The release crashes at start, again and again');
    expect(crashProblem({ ...crash, signal: 'SIGKILL' }).message).toBe('The release crashes at start, signal SIGKILL');
  });

  test('says how it ended, and why', () => {
    expect(crashProblem(crash)).toEqual({
      code: 'crash-at-start',
      message: 'The release crashes at start, exit code 3',
      because: 'boom',
      lines: ['boom'],
    });
    expect(crashProblem({ ...crash, exitCode: null, signal: 'SIGSEGV' }).message).toContain('signal SIGSEGV');
  });

  test('says nothing of a cause when nothing was printed', () => {
    expect(crashProblem({ ...crash, lines: [] })).not.toHaveProperty('because');
  });
});
