/** Builds that fail, are stopped, or are begun twice, by a real BuildKit. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { bytechat, start } from '../contract/bytechat.ts';
import { processesIn } from '../contract/local.ts';
import { docker, withoutDocker } from '../support/docker.ts';
import { dockerProject, type Project, tagsOf } from './support/project.ts';

const soon = { timeout: 30_000, interval: 100 };

/** It says so when it runs, and is in no hurry. Nobody has built it before: BuildKit would have kept that. */
const slow = (seconds: number): string => `FROM busybox:1.37
COPY app /app
RUN : ${randomUUID()}; echo it waits $((1 + 1)); sleep ${seconds}; echo it goes on
`;

const logsOf = ({ folder }: Project): string[] => {
  const images = join(folder, '.bytechat', 'images');
  return readdirSync(images)
    .filter(name => name.endsWith('.log'))
    .map(name => join(images, name));
};

describe.skipIf(withoutDocker)('docker build', { timeout: 120_000 }, () => {
  test('that fails says why, and keeps all that was printed', async () => {
    const project = await dockerProject({
      dockerfile: `FROM busybox:1.37
COPY app /app
RUN : ${randomUUID()}; echo first words; seq 1 40; echo cannot open it: Permission denied; exit 3
`,
    });
    const ran = await bytechat(project.folder, 'docker', 'build');
    expect(ran, ran.stderr).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toMatch(/command-failed\n +Because .*exit code: 3/s);
    expect(ran.stderr).toContain('cannot open it: Permission denied');
    expect(ran.stderr.trim().split('\n').at(-1)).toMatch(/^✗ docker build failed: .*exit code: 3/);
    const [log = ''] = logsOf(project);
    expect(ran.stderr.replaceAll(/\s/g, '')).toContain(`read what it has printed: ${log}`.replaceAll(/\s/g, ''));
    expect(readFileSync(log, 'utf8')).toMatch(/load build definition.*first words.*\b1\n.*\b40\n.*ERROR: /s);
    expect(await tagsOf(project.name)).toEqual([]);
  });

  test('without a Dockerfile, or with a base that does not exist, says which', async () => {
    const project = await dockerProject({
      dockerfile: 'FROM 127.0.0.1:1/nowhere/none:1\n',
      app: '  image: { dockerfile: Dockerfile.none }\n',
    });
    const missing = await bytechat(project.folder, 'docker', 'build');
    expect(missing).toMatchObject({ exit: 2 });
    expect(missing.stderr).toMatch(/Dockerfile\.none is not there.*missing-file/);
    const other = await dockerProject({ dockerfile: 'FROM 127.0.0.1:1/nowhere/none:1\n' });
    const ran = await bytechat(other.folder, 'docker', 'build');
    expect(ran, ran.stderr).toMatchObject({ exit: 1 });
    expect(ran.stderr).toMatch(/Because[^│]*127\.0\.0\.1:1\/v2\/nowhere\/none/);
  });

  test('that is stopped by Ctrl-C leaves no image and no process', async () => {
    const project = await dockerProject({ dockerfile: slow(600) });
    const running = start(project.folder, ['docker', 'build']);
    await running.said('it waits 2');
    running.kill('SIGINT');
    const ran = await running.ended;
    expect(ran, ran.stderr).toMatchObject({ exit: 130, stdout: '' });
    expect(processesIn(project.folder)).toEqual([]);
    expect(await tagsOf(project.name)).toEqual([]);
    expect((await bytechat(project.folder, 'lock', 'status')).stdout).toContain('Nobody');
  });

  test.for([
    ['in the middle', 'it waits 2'],
    ['when it is to get its name', '"display":"build.name'],
  ] as const)('that is killed %s is made again, under one name', async ([, words]) => {
    const project = await dockerProject({ dockerfile: slow(2) });
    const running = start(project.folder, ['docker', 'build', '--json']);
    await running.said(words);
    running.kill('SIGKILL');
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
    const ran = await bytechat(project.folder, 'docker', 'build');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    await vi.waitFor(() => expect(processesIn(project.folder)).toEqual([]), soon);
    expect(await tagsOf(project.name)).toEqual([ran.stdout.trim().split(':')[1]]);
  });

  test('whose sources change meanwhile is given no name', async () => {
    const project = await dockerProject({ dockerfile: slow(3) });
    const running = start(project.folder, ['docker', 'build']);
    await running.said('it waits 2');
    project.write({ 'app/server.js': 'changed meanwhile' });
    const ran = await running.ended;
    expect(ran, ran.stderr).toMatchObject({ exit: 2, stdout: '' });
    expect(ran.stderr).toContain('facts-moved');
    expect(await tagsOf(project.name)).toEqual([]);
  });

  test('is refused while another one is under way, or waits for it and has nothing to do', async () => {
    const project = await dockerProject({ dockerfile: slow(5) });
    const first = start(project.folder, ['docker', 'build']);
    await first.said('it waits 2');
    const waiting = start(project.folder, ['docker', 'build', '--lock-wait', '60s', '--json']);
    const refused = await bytechat(project.folder, 'docker', 'build');
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr).toContain('locked');
    const { stdout: name } = await first.ended;
    const waited = await waiting.ended;
    expect(waited, waited.stdout).toMatchObject({ exit: 0 });
    const { report } = JSON.parse(waited.stdout.trim().split('\n').at(-1) ?? '');
    expect(report).toMatchObject({ ok: true, changed: false, result: name.trim() });
    expect(await tagsOf(project.name)).toEqual([name.trim().split(':')[1]]);
  });

  test('prints the name alone, says what has changed, and builds nothing twice', async () => {
    const project = await dockerProject({});
    const first = await bytechat(project.folder, 'docker', 'build', '--quiet');
    expect(first).toMatchObject({ exit: 0, stderr: '' });
    expect(first.stdout).toMatch(new RegExp(`^${project.name}:[0-9a-f]{12}\n$`));
    const second = await bytechat(project.folder, 'docker', 'build', '--json');
    const events = second.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: 'end', report: { changed: false, result: first.stdout.trim() } });
    project.write({ 'app/server.js': 'something else' });
    const third = await bytechat(project.folder, 'docker', 'build', '--explain');
    expect(third.stderr).toContain('app/server.js changed');
    expect(third.stdout).toMatch(/^\S+\n$/);
    expect(third.stdout).not.toBe(first.stdout);
  });

  test('keeps the commit that has built these inputs first', async () => {
    const project = await dockerProject({});
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: project.folder,
        encoding: 'utf8',
      });
    const commit = (): string => {
      git('add', '--all');
      git('commit', '--quiet', '--message', 'change');
      return git('rev-parse', 'HEAD').trim();
    };
    const built = async (): Promise<[name: string, revision: string]> => {
      const name = (await bytechat(project.folder, 'docker', 'build')).stdout.trim();
      const label = '{{index .Config.Labels "org.opencontainers.image.revision"}}';
      return [name, await docker('image', 'inspect', '--format', label, name)];
    };
    git('init', '--quiet');
    project.write({ '.gitignore': '.bytechat\n' });
    const one = commit();
    const first = await built();
    expect(first[1]).toBe(one);
    project.write({ 'README.md': 'Nothing that the image is made from.\n' });
    expect(commit()).not.toBe(one);
    expect(await built()).toEqual(first);
    project.write({ 'app/server.js': 'something else' });
    expect(await built()).toEqual([
      expect.not.stringContaining(first[0]),
      expect.stringMatching(/^[0-9a-f]{40}-dirty$/),
    ]);
    expect(existsSync(join(project.folder, '.bytechat'))).toBe(true);
  });
});
