import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manifestOf } from '../../src/cli/manifest.ts';
import { allCommands } from '../../src/cli/program.ts';
import type { PipelineEvent } from '../../src/core/report.ts';
import { operations } from '../../src/operations/index.ts';
import { type Ran, start } from '../contract/bytechat.ts';
import { demoProject } from '../support/demo.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';
import { repository } from '../support/sources.ts';

const PLAIN = { LC_ALL: 'C.UTF-8', NO_COLOR: '', FORCE_COLOR: '' };
const ESCAPE = String.fromCharCode(27);

const run = (cwd: string, ...args: string[]): Promise<Ran> => start(cwd, args, PLAIN).ended;

const SITE = { 'site/index.html': 'hello' };
const configOf = (port: number | string): string =>
  `app: { name: demo, files: site, command: [sh, serve.sh], port: "${port}" }\n`;

const listening = async (port: number): Promise<void> => {
  const server = createServer().listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
};

describe('about itself', () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };

  test.for([['--version'], ['-V'], ['--json', '--version']])('%j prints the version, and nothing else', async args => {
    expect(await run(temporaryFolder(), ...args)).toEqual({
      exit: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  test.for([['--help'], []])('%j lists every command, in 80 columns', async args => {
    const { exit, stdout, stderr } = await run(temporaryFolder(), ...args);
    expect([exit, stderr]).toEqual([0, '']);
    for (const { name } of allCommands(manifestOf(operations)))
      expect(stdout).toMatch(new RegExp(`^ {2}${name.split(' ')[0]}\\b`, 'm'));
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
    expect(stdout).toContain('Exit codes: 0 done, 1 a step failed');
  });

  test('the help of a command has its examples', async () => {
    const { exit, stdout } = await run(temporaryFolder(), 'lock', 'break', '--help');
    expect(exit).toBe(0);
    expect(stdout).toContain('bytechat lock break');
    expect(stdout).toContain('--json');
  });
});

describe('what is mistyped', () => {
  test.for([
    [['deplyo'], "unknown command 'deplyo'", 'Did you mean deploy?'],
    [['deploy', '--dry-rnu'], "unknown option '--dry-rnu'", 'Did you mean --dry-run?'],
    [['lock', 'brake'], "unknown command 'brake'", 'Did you mean break?'],
    [['deploy', 'now'], 'too many arguments', 'Expected 0 arguments'],
    [['ansible', 'run'], "missing required argument 'playbook'", ''],
    [['ansible', 'check', 'a.yml', 'b.yml'], 'too many arguments', 'Expected 1 argument'],
    [['rollback', '--to'], "option '--to <to>' argument missing", ''],
  ] as const)('%j', async ([args, said, meant]) => {
    const { exit, stdout, stderr } = await run(temporaryFolder(), ...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).toContain(meant);
  });

  test.for([
    [['history', '--last', 'many'], 'last: '],
    [['deploy', '--lock-wait', 'soon'], '"soon" is no time'],
    [['deploy', '--target', 'moon'], 'There is no target moon'],
    [['status', '--config', 'gone.yaml'], 'gone.yaml is not there'],
    [['deploy', '--plan', 'gone.json'], 'gone.json cannot be read as a plan'],
  ] as const)('%j', async ([args, said]) => {
    const project = folderWith({ 'bytechat.yaml': configOf(await freePorts(1)), ...SITE });
    const { exit, stdout, stderr } = await run(project, ...args);
    expect({ exit, stdout }, stderr).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain(ESCAPE);
  });

  test('a bad file is refused with its place, before anything is looked at or made', async () => {
    const project = folderWith({ 'bytechat.yaml': 'keep: 3\ntagret: local\n' });
    const { exit, stdout, stderr } = await run(project, 'deploy');
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toMatch(/^✗ bytechat\.yaml:2:1 {2}Unknown key "tagret" in the file +unknown-key\n/);
    expect(stderr).toContain('did you mean "target"?');
    expect(existsSync(join(project, '.bytechat'))).toBe(false);
  });

  test('the same as JSON', async () => {
    const project = folderWith({ 'bytechat.yaml': 'keep: 0\ntagret: local\n' });
    const { exit, stdout, stderr } = await run(project, 'status', '--json');
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'problems',
      problems: [{ code: 'invalid-value' }, { code: 'unknown-key' }],
    });
  });
});

describe('validate', () => {
  const lastOf = (stdout: string): PipelineEvent => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

  test('all well is exit code 0, and leaves no trace', async () => {
    const project = folderWith({ 'bytechat.yaml': configOf(await freePorts(1)), ...SITE });
    const { exit, stdout, stderr } = await run(project, 'validate');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ 0 problems in \d+ checks, .* Nothing was changed\. Exit 0\.\n$/);
    expect(existsSync(join(project, '.bytechat'))).toBe(false);
  });

  test('your input is exit code 2, and does not hide what is wrong with the machine', async () => {
    const { exit, stdout } = await run(
      folderWith({ 'bytechat.yaml': 'keep: 0\n', 'README.md': '[gone](gone.md)' }),
      'validate',
      '--json',
    );
    expect(exit).toBe(2);
    const last = lastOf(stdout);
    expect(last.type).toBe('end');
    const codes = last.type === 'end' ? last.report.problems.map(({ code }) => code) : [];
    expect(codes).toEqual(expect.arrayContaining(['invalid-value', 'broken-link']));
  });

  test('your machine is exit code 3', async () => {
    const port = await freePorts(1);
    await listening(port);
    const project = folderWith({ 'bytechat.yaml': configOf(port), ...SITE });
    const { exit, stdout } = await run(project, 'validate');
    expect(exit).toBe(3);
    expect(stdout).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(stdout).toContain('ports-taken');
    const json = await run(project, 'validate', '--json');
    expect(json).toMatchObject({ exit: 3, stderr: '' });
    for (const line of json.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('type');
    expect(lastOf(json.stdout)).toMatchObject({ type: 'end', report: { goal: 'validate', ok: false } });
  });
});

describe('where nothing runs', () => {
  test.for([
    [['status'], 1, 'demo does not run on local'],
    [['history'], 0, 'Nothing was deployed here yet.'],
    [['lock', 'status'], 0, 'Nobody is deploying here.'],
  ] as const)('%j', async ([args, exit, said]) => {
    const project = folderWith({ 'bytechat.yaml': configOf(await freePorts(1)), ...SITE });
    const ran = await run(project, ...args);
    expect(ran).toMatchObject({ exit, stderr: '' });
    expect(ran.stdout).toContain(said);
  });

  test.for([['logs'], ['open']])('%j says how to start it', async args => {
    const project = folderWith({ 'bytechat.yaml': configOf(await freePorts(1)), ...SITE });
    const { exit, stderr } = await run(project, ...args);
    expect(exit).toBe(1);
    expect(stderr).toContain('Fix        bytechat deploy');
  });
});

describe('a deploy that nobody watches', () => {
  test('prints the address alone on stdout, and on stderr a plain line for each change', async () => {
    const { project, port } = await demoProject();
    const url = `http://localhost:${port}\n`;
    const first = await run(project, 'deploy');
    expect(first, first.stderr).toMatchObject({ exit: 0, stdout: url });
    for (const line of first.stderr.trim().split('\n'))
      expect(line).toMatch(/^\d\d:\d\d:\d\dZ \w+ +(start|done|unchanged|running) /);
    expect(first.stderr).not.toContain(ESCAPE);

    expect(await run(project, 'deploy')).toMatchObject({ exit: 0, stdout: url, stderr: '' });
    expect(await run(project, 'deploy', '--quiet')).toMatchObject({ exit: 0, stdout: url, stderr: '' });

    const status = await run(project, 'status');
    expect(status).toMatchObject({ exit: 0, stderr: '' });
    expect(status.stdout).toContain(`Open       http://localhost:${port}`);

    const refused = await run(project, 'destroy');
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
    expect(refused.stderr).toContain('Nobody can be asked here whether this is meant');
    expect(refused.stderr).toContain('Fix        add --yes when it is meant');
    expect(await run(project, 'status')).toMatchObject({ exit: 0 });

    const json = await run(project, 'destroy', '--json');
    expect(json).toMatchObject({ exit: 2, stderr: '' });
    expect(JSON.parse(json.stdout).problems).toMatchObject([{ code: 'not-confirmed' }]);
  });

  test('is in colour only where that is forced', async () => {
    const project = folderWith({ 'bytechat.yaml': 'keep: 0\n' });
    const colored = await start(project, ['status'], { ...PLAIN, FORCE_COLOR: '1' }).ended;
    expect(colored.stderr).toContain(`${ESCAPE}[31m`);
    for (const env of [PLAIN, { ...PLAIN, NO_COLOR: '1', FORCE_COLOR: '1' }])
      expect((await start(project, ['status'], env).ended).stderr).not.toContain(ESCAPE);
    expect((await start(project, ['--no-color', 'status'], { ...PLAIN, FORCE_COLOR: '1' }).ended).stderr).not.toContain(
      ESCAPE,
    );
  });
});
