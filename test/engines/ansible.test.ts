import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { codes, type Problem } from '../../src/core/problem.ts';
import { exitCodeOf, type PipelineEvent, problemsOfReport, type Report } from '../../src/core/report.ts';
import { Pipeline } from '../../src/index.ts';
import type { ChangeOptions } from '../../src/options.ts';
import { bytechat, start } from '../contract/bytechat.ts';
import { local, withoutAnsible } from '../support/ansible.ts';
import { folderWith } from '../support/folder.ts';

const play = (tasks: string, head = ''): string =>
  `- name: The play
  hosts: web
  gather_facts: false
${head}  tasks:
${tasks
  .split('\n')
  .map(line => `    ${line}`.trimEnd())
  .join('\n')}
`;

const HI = '- name: Say hi\n  ansible.builtin.command: echo hi\n  changed_when: false';

interface Ran {
  readonly report: Report;
  readonly problems: readonly Problem[];
  readonly lines: readonly string[];
  readonly hosts: readonly Record<string, Json>[];
  /** All that anybody could read. */
  readonly all: string;
}

type Given = Partial<ChangeOptions['ansible run']>;

interface Wanted {
  readonly how?: 'ansible run' | 'ansible check';
  readonly options?: Given;
  readonly env?: NodeJS.ProcessEnv;
  readonly hosts?: readonly string[];
}

/** Runs `site.yml` of a folder with these files on hosts that are this machine. */
const run = async (
  files: Readonly<Record<string, string>>,
  { how = 'ansible run', options = {}, env = {}, hosts = ['one', 'two'] }: Wanted = {},
): Promise<Ran & { readonly folder: string }> => {
  const folder = folderWith({ hosts: local(...hosts), ...files });
  return { folder, ...(await again(folder, { how, options, env })) };
};

const again = async (folder: string, { how = 'ansible run', options = {}, env = {} }: Wanted = {}): Promise<Ran> => {
  const events: PipelineEvent[] = [];
  const pipeline = new Pipeline({
    projectRoot: folder,
    env: { ...process.env, ...env },
    onEvent: event => void events.push(event),
  });
  const report = await pipeline.run(how, { playbook: 'site.yml', inventory: 'hosts', ...options });
  const data = report.steps.findLast(step => step.data !== undefined)?.data as { hosts: Record<string, Json>[] };
  return {
    report,
    problems: problemsOfReport(report),
    lines: events.flatMap(event => (event.type === 'output' ? [event.line] : [])),
    hosts: data?.hosts ?? [],
    all: JSON.stringify([events, report]),
  };
};

const failing = async (files: Readonly<Record<string, string>>, wanted: Wanted = {}) => {
  const ran = await run(files, wanted);
  expect(ran.report.ok).toBe(false);
  const problem = ran.problems[0] as Problem;
  expect(exitCodeOf(ran.report)).toBe(codes[problem.code]);
  return { ...ran, problem };
};

const counts = (host: string, more: Readonly<Record<string, number>>) => ({
  ...{ host, ok: 0, changed: 0, failed: 0, unreachable: 0, skipped: 0, rescued: 0, ignored: 0 },
  ...more,
});

describe.skipIf(withoutAnsible)('a playbook', { timeout: 60_000 }, () => {
  test('tells each task and each host, and counts what it came to', async () => {
    const tasks = `${HI}
- name: Leave a file in ünïcode 🦊
  ansible.builtin.copy: { content: hi, dest: "{{ playbook_dir }}/{{ inventory_hostname }}.txt", mode: "0644" }
- name: Only on one
  ansible.builtin.command: echo one
  changed_when: false
  when: inventory_hostname == 'one'`;
    const { report, lines, hosts, folder } = await run({ 'site.yml': play(tasks) });
    expect(report).toMatchObject({ ok: true, changed: true, goal: 'ansible run', app: 'site.yml' });
    expect(hosts).toEqual([counts('one', { ok: 3, changed: 1 }), counts('two', { ok: 2, changed: 1, skipped: 1 })]);
    expect(lines[0]).toBe('Play: The play');
    expect(lines.toSorted()).toEqual(
      [
        'Play: The play',
        'Say hi',
        'one: ok  Say hi',
        'two: ok  Say hi',
        'Leave a file in ünïcode 🦊',
        'one: changed  Leave a file in ünïcode 🦊',
        'two: changed  Leave a file in ünïcode 🦊',
        'Only on one',
        'one: ok  Only on one',
        'two: skipped  Only on one',
      ].toSorted(),
    );
    expect(report.steps.at(-1)?.detail).toBe('2 hosts, 2 changed');

    const second = await again(folder);
    expect(second.report).toMatchObject({ ok: true, changed: false, steps: [{ status: 'unchanged' }] });
    expect(second.hosts.map(({ changed }) => changed)).toEqual([0, 0]);
  });

  test('checked says what it would change, and changes nothing', async () => {
    const tasks =
      '- name: Leave a file\n  ansible.builtin.copy: { content: hi, dest: "{{ playbook_dir }}/left", mode: "0644" }';
    const { report, hosts, folder } = await run({ 'site.yml': play(tasks) }, { how: 'ansible check', hosts: ['one'] });
    expect(report).toMatchObject({
      ok: true,
      steps: [{ id: 'syntax' }, { id: 'preview', detail: '1 host, 1 would change' }],
    });
    expect(hosts).toEqual([counts('one', { ok: 1, changed: 1 })]);
    expect(existsSync(join(folder, 'left'))).toBe(false);
  });

  test('that loops over many hosts and items is counted whole', async () => {
    const hosts = Array.from({ length: 25 }, (_, index) => `host${String(index).padStart(2, '0')}`);
    const tasks = `- name: Loop
  ansible.builtin.debug: { msg: "{{ item }}" }
  loop: "{{ range(50) | list }}"
- name: Fail on the last three
  ansible.builtin.fail: { msg: too far }
  when: inventory_hostname >= 'host22'
- name: Fail on the first four, and go on
  ansible.builtin.fail: { msg: never mind }
  when: inventory_hostname < 'host04'
  ignore_errors: true`;
    const { problems, hosts: rows } = await failing({ 'site.yml': play(tasks) }, { hosts });
    expect(rows).toHaveLength(25);
    expect(rows.filter(({ failed }) => failed === 1).map(({ host }) => host)).toEqual(['host22', 'host23', 'host24']);
    expect(rows.filter(({ ignored }) => ignored === 1)).toHaveLength(4);
    expect(problems).toMatchObject([{ code: 'task-failed', because: 'too far' }]);
    expect(problems[0]?.message).toMatch(/^The task "Fail on the last three" failed on (host2[234](, )?){3}$/);
  });

  test('takes variables of a file, tags and a limit', async () => {
    const tasks = `- name: Named
  ansible.builtin.set_stats: { data: { said: "{{ word }}" } }
  tags: [named]
- name: Not named
  ansible.builtin.fail:`;
    const { report, hosts } = await run(
      { 'site.yml': play(tasks), 'more.yml': 'word: wörd\n' },
      { options: { extraVarsFile: 'more.yml', tags: 'named', limit: 'two' } },
    );
    expect(report.ok).toBe(true);
    expect(hosts.map(({ host }) => host)).toEqual(['two']);
    expect(report.steps[0]?.data).toMatchObject({ stats: { said: 'wörd' } });
  });
});

describe.skipIf(withoutAnsible)('a playbook that fails', { timeout: 60_000 }, () => {
  test('in a task: which, where, on which host, what it printed, with the lines of the playbook', async () => {
    const tasks = `${HI}
- name: Break down
  ansible.builtin.command:
    cmd: sh -c 'echo before; echo "no such cable" >&2; exit 7'
  when: inventory_hostname == 'two'
- name: Never reached by two
  ansible.builtin.command: echo after
  changed_when: false`;
    const { problem, hosts, report } = await failing({ 'site.yml': play(tasks) });
    expect(problem).toMatchObject({
      code: 'task-failed',
      message: 'The task "Break down" failed on two',
      because: 'exit code 7',
      lines: ['before', 'no such cable'],
      reproduce: "ansible-playbook --inventory hosts --limit two --start-at-task 'Break down' site.yml",
    });
    expect(problem.where).toMatchObject({ file: expect.stringMatching(/site\.yml$/), line: 8 });
    expect(problem.where?.excerpt?.map(({ text }) => text.trim())).toEqual([
      '- name: Break down',
      'ansible.builtin.command:',
      `cmd: sh -c 'echo before; echo "no such cable" >&2; exit 7'`,
      "when: inventory_hostname == 'two'",
    ]);
    expect(hosts).toEqual([counts('one', { ok: 2, skipped: 1 }), counts('two', { ok: 1, failed: 1 })]);
    expect(report.changed).toBe(false);
  });

  test('in several tasks on several hosts: each is a problem, what was ignored or rescued is none', async () => {
    const tasks = `- name: Ignored
  ansible.builtin.fail: { msg: never mind }
  ignore_errors: true
- name: A block
  block:
    - name: Inside
      ansible.builtin.fail: { msg: caught }
  rescue:
    - name: Rescue
      ansible.builtin.debug: { msg: fine }
- name: One breaks
  ansible.builtin.fail: { msg: one is broken. }
  when: inventory_hostname == 'one'
- name: Two breaks
  ansible.builtin.fail: { msg: two is broken }
  when: inventory_hostname == 'two'`;
    const { problems, hosts } = await failing({ 'site.yml': play(tasks) });
    expect(problems.map(({ message, because }) => [message, because])).toEqual([
      ['The task "One breaks" failed on one', 'one is broken'],
      ['The task "Two breaks" failed on two', 'two is broken'],
    ]);
    expect(hosts).toMatchObject([
      { host: 'one', failed: 1, ignored: 1, rescued: 1 },
      { host: 'two', failed: 1, ignored: 1, rescued: 1 },
    ]);
  });

  test('in one item of a loop: which', async () => {
    const tasks = `- name: Loop
  ansible.builtin.command: "{{ item }}"
  loop: ['true', 'false', 'true']
  changed_when: false`;
    const { problem } = await failing({ 'site.yml': play(tasks) }, { hosts: ['one'] });
    expect(problem).toMatchObject({ code: 'task-failed', because: 'exit code 1 (item false)' });
  });

  test.for([
    ['in an argument', '- name: Use it\n  ansible.builtin.debug: { msg: "{{ nowhere }}" }', 5],
    ['in a condition', `${HI}\n  when: nowhere`, 5],
  ] as const)('by a variable that nobody defines, %s', async ([, tasks, line]) => {
    const { problem } = await failing({ 'site.yml': play(tasks) }, { hosts: ['one'] });
    expect(problem).toMatchObject({ code: 'undefined-variable', because: "'nowhere' is undefined" });
    expect(problem.where?.line).toBe(line);
    expect(problem.fix).toContain('--extra-vars-file');
  });

  test('by a variable in its head', async () => {
    const { problem } = await failing({ 'site.yml': play(HI).replace('hosts: web', 'hosts: "{{ nowhere }}"') });
    expect(problem.code).toBe('undefined-variable');
    expect(problem.because).toContain("'nowhere' is undefined");
  });

  test.for([
    ['YAML that breaks off', play('- name: "half'), [5, 6]],
    ['a module that there is not', play('- name: Use it\n  ansible.builtin.nosuch:\n    a: 1'), [5]],
    ['a keyword that there is not', play(HI, '  becomes: true\n'), [1, 4]],
  ] as const)('by its syntax: %s, in run and in check', async ([, text, places]) => {
    for (const how of ['ansible run', 'ansible check'] as const) {
      const { problem, lines, hosts } = await failing({ 'site.yml': text }, { how });
      expect(problem.code).toBe('playbook-syntax');
      // An old Ansible names the play, a new one the keyword.
      expect(places).toContain(problem.where?.line);
      expect(problem.where?.excerpt?.length).toBeGreaterThan(0);
      expect(problem.because).toBeTruthy();
      expect(lines.join('\n')).not.toContain('ERROR');
      expect(hosts).toEqual([]);
    }
  });

  test('by a module of a collection that is not installed, and only then', async () => {
    const use = (module: string): string => play(`- name: Use it\n  ${module}:`);
    const { problem } = await failing({ 'site.yml': use('nobody.nothing.at_all') });
    expect(problem).toMatchObject({
      code: 'collection-missing',
      message: 'The collection nobody.nothing is not installed, and nobody.nothing.at_all is in it',
      fix: 'ansible-galaxy collection install nobody.nothing',
    });
    for (const module of ['ansible.posix.sysctll', 'ansible.builtin.copyy'])
      expect((await failing({ 'site.yml': use(module) })).problem.code).toBe('playbook-syntax');
  });

  test('by a role that is not there', async () => {
    const { problem } = await failing({ 'site.yml': play(HI, '  roles: [gone]\n') });
    expect(problem).toMatchObject({ code: 'missing-file', because: expect.stringContaining("the role 'gone'") });
  });

  test('because a host cannot be reached, while the others go on', async () => {
    const files = {
      'site.yml': play(HI),
      hosts: `${local('one')}far ansible_host=127.0.0.1 ansible_port=1\n`,
    };
    const { problem, hosts } = await failing(files);
    expect(problem).toMatchObject({ code: 'host-unreachable', message: 'far cannot be reached' });
    expect(problem.because).toContain('Connection refused');
    expect(hosts).toEqual([counts('far', { unreachable: 1 }), counts('one', { ok: 1 })]);
  });

  test('because what it names is not there: all of it at once, and nothing has run', async () => {
    const options = { playbook: 'gone.yml', inventory: 'nowhere', extraVarsFile: 'none.yml' };
    const { problems } = await failing({}, { options });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['missing-file', 'The playbook gone.yml is not there'],
      ['missing-file', 'The inventory nowhere is not there'],
      ['missing-file', 'The file with variables none.yml is not there'],
    ]);
  });

  test.for([
    ['a limit that meets nobody', { 'site.yml': play(HI) }, { limit: 'three' }, 'no-hosts'],
    ['a group that nobody is in', { 'site.yml': play(HI).replace('web', 'mail') }, {}, 'no-hosts'],
    ['an inventory that is none', { 'site.yml': play(HI), hosts: '[web]\nbad = [ = \n:::' }, {}, 'invalid-value'],
    ['what a vault holds', { 'site.yml': play(HI, '  vars_files: [vault]\n'), vault: VAULT() }, {}, 'missing-secret'],
  ] as const)('because of %s', async ([, files, options, code]) => {
    const { problem } = await failing(files, { options });
    expect(problem.code).toBe(code);
    expect(problem.because).toBeTruthy();
  });

  test('because Ansible is not there', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { problem } = await failing({ 'site.yml': play(HI) });
    expect(problem).toMatchObject({ code: 'tool-missing', message: 'ansible-playbook is not installed' });
  });
});

afterEach(() => void vi.unstubAllEnvs());

const SECRET = 'hünter2-"the"-sentinel';
const FORMS = [SECRET, 'sentinel', JSON.stringify(SECRET).slice(1, -1), Buffer.from(SECRET).toString('base64')];

describe.skipIf(withoutAnsible)('secrets', { timeout: 60_000 }, () => {
  const tasks = `- name: Print it
  ansible.builtin.command: "echo {{ lookup('env', 'THE_TOKEN') | quote }}"
  changed_when: false
- name: Print it in other forms
  ansible.builtin.fail:
    msg: "{{ lookup('env', 'THE_TOKEN') | b64encode }} {{ lookup('env', 'THE_TOKEN') | to_json }}"
  when: inventory_hostname == 'two'
- name: With {{ lookup('env', 'THE_TOKEN') }} in its name
  ansible.builtin.command: "sh -c 'printenv THE_TOKEN; printenv THE_TOKEN >&2; exit 3'"`;

  test('of the environment are never told: not in lines, problems, data or events', async () => {
    const { all, problems } = await failing(
      { 'site.yml': play(tasks) },
      { options: { secretEnv: 'THE_TOKEN' }, env: { THE_TOKEN: SECRET } },
    );
    expect(problems.map(({ because, lines }) => [because, lines])).toEqual([
      [expect.stringMatching(/^[\w=]{0,3}\[redacted\][\w=]{0,4} "\[redacted\]"$/), undefined],
      ['exit code 3', ['[redacted]', '[redacted]']],
    ]);
    for (const form of FORMS) expect(all).not.toContain(form);
  });

  test('of the config are known without being named again', async () => {
    vi.stubEnv('THE_TOKEN', SECRET);
    const config = 'app: { name: shop, files: site, command: [sh, run.sh], secrets: [THE_TOKEN] }\n';
    const { all } = await failing({ 'site.yml': play(tasks), 'bytechat.yaml': config, 'site/run.sh': '' });
    for (const form of FORMS) expect(all).not.toContain(form);
  });

  test('that are not set are missed before anything runs', async () => {
    const { problem, lines } = await failing({ 'site.yml': play(HI) }, { options: { secretEnv: 'NOT_SET_AT_ALL' } });
    expect(problem).toMatchObject({ code: 'missing-secret', message: 'The secret NOT_SET_AT_ALL is not set' });
    expect(lines).toEqual([]);
  });

  test('behind no_log stay there, with what stands beside them in the playbook', async () => {
    const hidden = `- name: Log in
  ansible.builtin.command: "sh -c 'echo {{ item }} >&2; exit 1'"
  no_log: true
  loop: [pass-word-one]`;
    const { problem, all } = await failing({ 'site.yml': play(hidden) }, { hosts: ['one'] });
    expect(problem).toMatchObject({ code: 'task-failed', because: 'no_log hides what it says' });
    expect(problem.where?.excerpt).toEqual([{ line: 5, text: '    - name: Log in' }]);
    expect(all).not.toContain('pass-word-one');
  });
});

describe.skipIf(withoutAnsible)('the command line', { timeout: 60_000 }, () => {
  test('prints a row a host on stdout, and the tasks on stderr', async () => {
    const folder = folderWith({ hosts: local('one', 'two'), 'site.yml': play(HI) });
    const { exit, stdout, stderr } = await bytechat(folder, 'ansible', 'run', 'site.yml', '--inventory', 'hosts');
    expect(exit, stderr).toBe(0);
    expect(stdout.split('\n').map(line => line.trim().split(/ +/).join(' '))).toEqual([
      'host ok changed failed unreachable skipped',
      'one 1 0 0 0 0',
      'two 1 0 0 0 0',
      '',
    ]);
    expect(stderr).toMatch(/ansible run start +site\.yml, /);
    expect(stderr).toMatch(/run +\| +one: ok {2}Say hi/);
    expect(stderr).toContain('Nothing changed: every host is as the playbook wants it');
  });

  test('shows the lines of a failing task, and ends with 1', async () => {
    const tasks = '- name: Break\n  ansible.builtin.fail: { msg: broken }';
    const folder = folderWith({ hosts: local('one'), 'site.yml': play(tasks) });
    const ran = await bytechat(folder, 'ansible', 'run', 'site.yml', '--inventory', 'hosts');
    expect(ran.exit).toBe(1);
    expect(ran.stdout).toMatch(/^ {2}one +0 +0 +1 +0 +0$/m);
    expect(ran.stderr).toMatch(/✗ site\.yml:5 {2}The task "Break" failed on one +task-failed/);
    expect(ran.stderr).toMatch(/^ +5 │ {5}- name: Break$/m);
    expect(ran.stderr).toContain('ansible run failed: broken. (');
  });

  test('forwards one Ctrl-C as what it is, waits, and leaves nothing running', async () => {
    const script =
      'trap "echo INT >> got; exit" INT; trap "echo TERM >> got; exit" TERM; echo $$ > pid; sleep 60 & wait';
    const tasks = `${HI}\n- name: Sleep\n  ansible.builtin.command: { cmd: sh sleep.sh, chdir: "{{ playbook_dir }}" }`;
    const folder = folderWith({ hosts: local('one'), 'site.yml': play(tasks), 'sleep.sh': script });
    const running = start(folder, ['ansible', 'run', 'site.yml', '--inventory', 'hosts', '--json']);
    const pid = await vi.waitUntil(() => readIfWhole(join(folder, 'pid')), { timeout: 30_000, interval: 50 });
    running.kill('SIGINT');
    const { exit, stdout } = await running.ended;
    expect(exit).toBe(130);
    await vi.waitUntil(() => !existsSync(`/proc/${pid}`), { timeout: 10_000 });
    expect(readFileSync(join(folder, 'got'), 'utf8')).toBe('INT\n');
    const { report } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { report: Report };
    expect(report.steps).toMatchObject([
      { id: 'run', status: 'failed', problem: { code: 'interrupted' }, data: { hosts: [counts('one', { ok: 1 })] } },
    ]);
  });
});

/** A line that was written to its end. */
const readIfWhole = (file: string): string => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.endsWith('\n') ? text.trim() : '';
};

function VAULT(): string {
  return '$ANSIBLE_VAULT;1.1;AES256\n61626364\n';
}
