import { describe, expect, test } from 'vitest';
import { display } from '../../src/core/display.ts';
import { type AnsibleEvent, eventIn } from '../../src/tools/ansible/event.ts';
import { blockAt, linesTo, onlyLine } from '../../src/tools/ansible/excerpt.ts';
import { placeIn, problemsOfFailures } from '../../src/tools/ansible/failure.ts';
import { fatal, linesOf, rowsOf, tellOn, untold } from '../../src/tools/ansible/story.ts';
import { ansible, run, syntax } from '../../src/tools/ansible.ts';

const PLAY = { playbook: 'site.yml', inventory: 'hosts', cwd: '/project' };

const host = (name: string, state: string, result: object, task = 'Do it', path = '/project/site.yml:4') =>
  eventIn(
    JSON.stringify({ _event: `v2_runner_on_${state}`, task: { name: task, path }, hosts: { [name]: result } }),
  ) as Extract<AnsibleEvent, { type: 'host' }>;

test('a command has no secret in it, and what Ansible is to say is for programs', () => {
  const command = run(
    { ...PLAY, limit: 'web1', tags: 'a,b', extraVarsFile: 'v.yml', secretEnv: 'ONE,TWO' },
    { check: true },
  );
  expect(command.args).toEqual([
    ...['--check', '--inventory', 'hosts', '--limit', 'web1', '--tags', 'a,b', '--extra-vars', '@v.yml', 'site.yml'],
  ]);
  expect(command).toMatchObject({
    cwd: '/project',
    env: {
      ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.jsonl',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_LOCALHOST_WARNING: '0',
      ANSIBLE_INVENTORY_UNPARSED_WARNING: '0',
      ANSIBLE_RETRY_FILES_ENABLED: '0',
      ANSIBLE_INVENTORY_UNPARSED_FAILED: '1',
      BYTECHAT_PROJECT: '/project',
      ONE: { $secret: 'ONE' },
      TWO: { $secret: 'TWO' },
    },
  });
  expect(display(syntax(PLAY))).toMatch(/ ansible-playbook --syntax-check --inventory hosts site\.yml$/);
  expect(ansible.stopsOn).toBe('SIGINT');
});

test('without an inventory Ansible takes its own, which may be none', () => {
  const { args, env } = run({ playbook: 'site.yml', cwd: '/project' });
  expect(args).toEqual(['site.yml']);
  expect(env).not.toHaveProperty('ANSIBLE_INVENTORY_UNPARSED_FAILED');
});

test.for(['[WARNING]: nothing', '{ not json', '{"_event":"v2_runner_on_start"}', '{}', '[1]', ''])(
  'what is no event of interest is none: %s',
  line => {
    expect(eventIn(line)).toBeUndefined();
  },
);

describe('what a run has told', () => {
  const all = (...events: readonly AnsibleEvent[]) => events.reduce(tellOn, untold);

  test('is counted by ourselves until Ansible has counted', () => {
    const story = all(
      host('b', 'ok', { changed: true }),
      host('a', 'ok', { changed: false }),
      host('a', 'skipped', {}),
      host('b', 'unreachable', { msg: 'gone' }),
    );
    expect(rowsOf(story)).toMatchObject([
      { host: 'a', ok: 1, changed: 0, skipped: 1 },
      { host: 'b', ok: 1, changed: 1, unreachable: 1 },
    ]);
    expect(fatal(story)).toHaveLength(1);
  });

  test('of the failures of a host the last ones count, as many as Ansible says', () => {
    const failed = [1, 2, 3].map(line => host('a', 'failed', { msg: `${line}` }, 'Do it', `/project/site.yml:${line}`));
    const stats = { ok: 0, changed: 0, failures: 1, unreachable: 0, skipped: 0, rescued: 1, ignored: 1 };
    const story = all(...failed, { type: 'stats', hosts: { a: stats }, custom: {} });
    expect(fatal(story).map(({ path }) => path)).toEqual(['/project/site.yml:3']);
  });

  test('is shown a line at a time, with what a playbook says to people', () => {
    expect(linesOf(host('a', 'ok', { action: 'ansible.builtin.debug', msg: ['one', { two: 2 }] }))).toEqual([
      'a: ok  Do it',
      'a: one',
      'a: {"two":2}',
    ]);
    expect(linesOf(host('a', 'ok', { action: 'debug', censored: 'hidden' }))).toEqual(['a: ok  Do it']);
    expect(linesOf(host('a', 'ok', { action: 'ansible.builtin.copy', msg: 'secret' }))).toEqual(['a: ok  Do it']);
  });
});

describe('a failure', () => {
  const problemOf = (...failures: Parameters<typeof problemsOfFailures>[0]) => problemsOfFailures(failures, PLAY)[0];

  test('of many hosts is one, and names a few', () => {
    const failures = ['a', 'b', 'c', 'd', 'e'].map(name => host(name, 'failed', { msg: 'no' }));
    expect(problemsOfFailures(failures, PLAY)).toHaveLength(1);
    expect(problemOf(...failures)?.problem.message).toBe('The task "Do it" failed on a, b, c and 2 more');
  });

  test.for([
    [{ msg: 'non-zero return code', rc: 3, stderr: 'x\n\ny' }, 'exit code 3', ['x', 'y']],
    [{ msg: 'MODULE FAILURE\nSee stdout', rc: 127, module_stderr: 'sudo: not found\n' }, 'sudo: not found', undefined],
    [{ msg: 'several', failed_modules: { setup: { msg: 'inner' } } }, 'inner', undefined],
    [{ msg: 'first\nsecond' }, 'first', ['second']],
    [{}, 'it does not say why', undefined],
    [{ msg: { odd: 1 } }, '{"odd":1}', undefined],
  ] as const)('%j says why', ([result, because, lines]) => {
    const problem = problemOf(host('a', 'failed', result))?.problem;
    expect(problem?.because).toBe(because);
    if (lines) expect(problem?.lines).toEqual(lines);
  });

  test('by an old and by a new Ansible is at the place that it names', () => {
    const old = "bad.\n\nThe error appears to be in '/a b/site.yml': line 3, column 7, but may\nbe elsewhere";
    const since = '[ERROR]: bad\nOrigin: /a b/site.yml:3:7\n\n3 - x';
    for (const text of [old, since]) expect(placeIn(text)).toEqual({ file: '/a b/site.yml', line: 3, column: 7 });
    expect(placeIn('nothing of the kind')).toBeUndefined();
  });
});

test('excerpts: a task as far as it goes, a line with the one before it, a line alone', () => {
  const lines = [
    '- hosts: all',
    '  tasks:',
    '    - name: One',
    '      debug:',
    '        msg: 1',
    '    - name: Two',
    '      debug:',
  ];
  const numbers = (excerpt: readonly { readonly line: number }[]) => excerpt.map(({ line }) => line);
  expect(numbers(blockAt(lines, { line: 3 }))).toEqual([3, 4, 5]);
  expect(numbers(blockAt(lines, { line: 6 }))).toEqual([6, 7]);
  expect(numbers(linesTo(lines, { line: 1 }))).toEqual([1]);
  expect(numbers(linesTo(lines, { line: 3 }))).toEqual([2, 3]);
  expect(numbers(onlyLine(lines, { line: 3 }))).toEqual([3]);
});
