import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Pipeline, type Report } from '../../src/index.ts';
import { bytechat } from '../contract/bytechat.ts';
import { onPath, withoutAnsible } from '../support/ansible.ts';
import { folderWith, writeProgram } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';
import { repository } from '../support/sources.ts';

const folder = join(repository, 'templates/ansible');
const inventory = join(folder, 'inventory');
const playbooks = readdirSync(folder).filter(name => name.startsWith('playbook_'));

interface Played {
  readonly hosts: readonly { readonly host: string; readonly changed: number; readonly ok: number }[];
  readonly stats?: { readonly url: string };
}

/** What a playbook of ours came to for a project, with what else it is told. */
const play = async (how: 'run' | 'check', playbook: string, project: string, vars: object, more: object = {}) => {
  const file = join(folderWith({ 'vars.json': JSON.stringify(vars) }), 'vars.json');
  const pipeline = new Pipeline({ projectRoot: project });
  const options = { playbook: join(folder, playbook), inventory, extraVarsFile: file, ...more };
  const report: Report = await pipeline.run(`ansible ${how}`, options);
  return { report, ...(report.steps.at(-1)?.data as unknown as Played) };
};

const changes = ({ hosts }: Played): number => hosts.reduce((sum, { changed }) => sum + changed, 0);

describe('templates/ansible', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.ya?ml$/.test(name));

  test.for(files)('%s is YAML that begins as such, and has lines that can be read', name => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toMatch(/^---\n/);
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
    expect(text.split('\n').filter(line => line.length > 140 || / $/.test(line))).toEqual([]);
  });

  test.skipIf(!onPath('ansible-lint') && process.env.BYTECHAT_TEST_ENGINES !== 'required')(
    'has nothing that ansible-lint finds, by its strictest profile',
    { timeout: 120_000 },
    async () => {
      const args = ['--offline', '--nocolor', '--profile', 'production', ...playbooks, 'roles/relay'];
      const { stderr } = await promisify(execFile)('ansible-lint', args, { cwd: folder });
      expect(stderr).toMatch(/Passed with production profile: 0 failure/);
    },
  );

  test.skipIf(withoutAnsible)(
    'can be understood, says validate, which finds a broken one among them',
    async () => {
      const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
      const project = folderWith({
        'play/start.yml': text('playbook_start_bytechat.yml').replaceAll('tasks/', `${folder}/tasks/`),
        'play/broken.yml': '- hosts: all\n  taskz: []\n',
        'compose.yml': 'services:\n  - hosts: none\n',
      });
      const report = await new Pipeline({ projectRoot: project }).validateDeploymentPrerequisites();
      const said = report.problems.filter(({ code }) => code === 'playbook-syntax');
      expect(said.map(({ where }) => where?.file.endsWith('play/broken.yml'))).toEqual([true]);
      expect(report.problems.filter(({ where }) => /start|compose/.test(where?.file ?? ''))).toEqual([]);
    },
    60_000,
  );
});

describe.skipIf(withoutAnsible)('playbook_start_bytechat.yml', { timeout: 120_000 }, () => {
  const playbook = 'playbook_start_bytechat.yml';
  const vars = { bytechat_command: [process.execPath, join(repository, 'bin/bytechat.js')], bytechat_health: '/fine' };
  const server = `require('node:http').createServer((_, answer) => answer.end('fine')).listen(process.env.PORT, process.env.HOST);
process.on('SIGTERM', () => process.exit(0));`;

  test('starts an app at the first free port, twice is once, and checking starts nothing', async () => {
    const port = await freePorts(3);
    const taken = createServer().listen({ host: '127.0.0.1', port });
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const config = `app: { name: demo, files: site, command: [node, server.js], port: ${port}-${port + 2}, health: [{ http: / }] }\n`;
    const project = folderWith({ 'bytechat.yaml': config, 'site/server.js': server });
    onTestFinished(async () => void (await bytechat(project, 'destroy', '--data', '--yes')));

    const checked = await play('check', playbook, project, vars);
    expect(checked.report.ok).toBe(true);
    expect(changes(checked)).toBe(1);
    expect(existsSync(join(project, '.bytechat'))).toBe(false);

    const first = await play('run', playbook, project, vars);
    expect(first.report.problems).toEqual([]);
    expect(first).toMatchObject({
      report: { ok: true, changed: true },
      stats: { url: `http://localhost:${port + 1}` },
    });
    expect(await (await fetch(`http://127.0.0.1:${port + 1}/`)).text()).toBe('fine');

    const second = await play('run', playbook, project, vars);
    expect(second.report).toMatchObject({ ok: true, changed: false });
    expect([changes(second), second.stats?.url]).toEqual([0, `http://localhost:${port + 1}`]);
    const again = await play('check', playbook, project, vars);
    expect(changes(again)).toBe(0);
  });

  test('installs what package-lock.json asks for, once', async () => {
    const packages = {
      '': { name: 'x', version: '1.0.0', dependencies: { y: 'file:y' } },
      'node_modules/y': { resolved: 'y', link: true },
      y: { version: '1.0.0' },
    };
    const lock = { name: 'x', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
    const project = folderWith({
      'package.json': '{"name":"x","version":"1.0.0","dependencies":{"y":"file:y"}}',
      'package-lock.json': JSON.stringify(lock),
      'y/package.json': '{"name":"y","version":"1.0.0"}',
      'bytechat.yaml': 'app: { name: demo, files: gone, command: [node, gone.js] }\n',
    });
    // The app is not there: what is looked at is what came before.
    const ran = await play('run', playbook, project, vars);
    expect(ran.report.ok).toBe(false);
    expect(changes(ran)).toBe(1);
    expect(existsSync(join(project, 'node_modules/y/package.json'))).toBe(true);
    expect(changes(await play('run', playbook, project, vars))).toBe(0);
  });
});

describe.skipIf(withoutAnsible)('playbook_deploy_gcp_containers.yml', { timeout: 120_000 }, () => {
  const playbook = 'playbook_deploy_gcp_containers.yml';

  /** Notes what it is asked, and answers as bytechat does. Nothing of Google is here. */
  const standIn = () => {
    const project = folderWith({});
    const log = join(project, 'asked');
    const program = writeProgram(
      project,
      'bytechat',
      `#!/bin/sh
echo "$*" >> '${log}'
case "$*" in
  *--dry-run*) echo '{"steps":[{"id":"one"}]}' ;;
  "gke create"*) echo '{"type":"end","report":{"changed":false}}' ;;
  *) echo '{"type":"end","report":{"changed":true,"serving":{"url":"https://chat.example.com"}}}' ;;
esac
`,
    );
    return {
      project,
      asked: () => readFileSync(log, 'utf8').trim().split('\n'),
      vars: { bytechat_command: [program] },
    };
  };

  test('runs the jobs of bytechat in order, each with what it changed', async () => {
    const { project, asked, vars } = standIn();
    const ran = await play('run', playbook, project, { ...vars, bytechat_environment: 'staging' });
    expect(ran.report.problems).toEqual([]);
    const where = '--target gcp --env staging --json';
    expect(asked()).toEqual([`docker build ${where}`, `gcr push ${where}`, `gke create ${where}`, `deploy ${where}`]);
    expect([changes(ran), ran.stats?.url]).toEqual([3, 'https://chat.example.com']);
  });

  test('only asks when it is checked', async () => {
    const { project, asked, vars } = standIn();
    const ran = await play('check', playbook, project, vars);
    expect(ran.report.ok).toBe(true);
    expect(asked()).toHaveLength(4);
    for (const line of asked()) expect(line).toMatch(/ --target gcp --dry-run --json$/);
  });

  test('does a part by its tag', async () => {
    const { project, asked, vars } = standIn();
    await play('run', playbook, project, vars, { tags: 'cluster' });
    expect(asked()).toEqual(['gke create --target gcp --json']);
  });
});
