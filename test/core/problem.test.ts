import { describe, expect, test } from 'vitest';
import {
  BytechatError,
  type Code,
  codes,
  exitCodeOfProblems,
  type Problem,
  problemsOf,
} from '../../src/core/problem.ts';
import { sourcesIn } from '../support/sources.ts';

const problem = (code: Code, level?: 'warning'): Problem => ({ code, message: code, ...(level && { level }) });

describe('exit codes', () => {
  test.for<[Problem[], number]>([
    [[], 0],
    [[problem('unknown-key', 'warning')], 0],
    [[problem('unknown-key')], 2],
    [[problem('unknown-key', 'warning'), problem('unhealthy')], 1],
    [[problem('ports-taken'), problem('unknown-key')], 3],
    [[problem('unhealthy'), problem('timed-out')], 70],
    [[problem('timed-out'), problem('unhealthy'), problem('interrupted')], 130],
  ])('%j', ([problems, exit]) => {
    expect(exitCodeOfProblems(problems)).toBe(exit);
  });

  test('are those of the table and no others', () => {
    expect([...new Set(Object.values(codes))].sort((a, b) => a - b)).toEqual([1, 2, 3, 70, 130]);
  });
});

describe('the table of codes', () => {
  const elsewhere = sourcesIn('src', 'bin')
    .filter(({ path }) => path !== 'src/core/problem.ts')
    .map(({ text }) => text)
    .join('\n');

  test.for(Object.keys(codes))('%s is something that happens', code => {
    expect({ code, used: elsewhere.includes(`'${code}'`) }).toEqual({ code, used: true });
  });

  test('codes are kebab-case', () => {
    for (const code of Object.keys(codes)) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

describe('what was thrown', () => {
  test('keeps its problems when it is ours', () => {
    const error = new BytechatError([problem('unknown-key'), problem('invalid-value')]);
    expect(problemsOf(error)).toBe(error.problems);
    expect(error.problem.code).toBe('unknown-key');
    expect(error.message).toBe('unknown-key; invalid-value');
  });

  test.for([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'no-permission'],
    ['EROFS', 'no-permission'],
    ['EBADF', 'bug'],
  ] as const)('%s is %s', ([system, code]) => {
    const error = Object.assign(new Error(`${system}: open '/data'`), { code: system });
    expect(problemsOf(error)[0]).toMatchObject({ code, message: expect.stringContaining(`${system}: open '/data'`) });
  });

  test('is a bug when it is not, with the lines to report', () => {
    const [found] = problemsOf(new TypeError('x is undefined'));
    expect(found).toMatchObject({ code: 'bug', message: 'This is a bug in bytechat: x is undefined' });
    expect(found?.lines?.[0]).toMatch(/^\s+at .*problem\.test\.ts/);
    expect(problemsOf('a word')).toEqual([
      { code: 'bug', message: 'This is a bug in bytechat: a word', fix: 'report it with the lines above' },
    ]);
  });
});
