/** `bytechat registry …` as people type it, and as a program runs it, against a real registry and a real Docker. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PipelineEvent } from '../../src/core/report.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { bytechat, start } from '../contract/bytechat.ts';
import { docker } from '../support/docker.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { folderWith } from '../support/folder.ts';
import {
  emptied,
  locked,
  login,
  makeImage,
  ownName,
  problemOf,
  pushedTags,
  withoutRegistry,
} from '../support/registry.ts';
import { PROGRAM, typed } from '../support/terminal.ts';

const secret = process.env[login.password] ?? '';
const written = Buffer.from(`${login.username}:${secret}`).toString('base64');
const [ENTER, CTRL_C] = ['\r', '\u0003'];

let dockers: string;
beforeEach(() => {
  dockers = folderWith({});
  vi.stubEnv('DOCKER_CONFIG', dockers);
  return () => void vi.unstubAllEnvs();
});

interface Project {
  readonly root: string;
  readonly repository: string;
  readonly events: readonly PipelineEvent[];
  readonly pipeline: Pipeline;
}

/** An app with an image, in a repository of its own, with or without the login in its file. */
const project = ({ host = locked, name = ownName(), withLogin = true } = {}): Project => {
  const repository = `${host}/${name}`;
  const registry = withLogin ? `registry: { username: ${login.username}, password: ${login.password} }\n` : '';
  const root = folderWith({
    'bytechat.yaml': `app:\n  name: shop\n  files: .\n  command: [node, a.js]\n  image: { repository: ${repository} }\n${registry}`,
    Dockerfile: 'FROM busybox:1.37\nCOPY a.js /\n',
    '.dockerignore': '*\n!a.js\n',
    'a.js': '',
  });
  const events: PipelineEvent[] = [];
  return {
    root,
    repository,
    events,
    pipeline: new Pipeline({ projectRoot: root, onEvent: event => events.push(event) }),
  };
};

const filesOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const record = (root: string, folder: string, release: string): void => {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'history.jsonl'), `${JSON.stringify({ release, result: 'serves' })}\n`);
};

/** The command line with something on its stdin. */
const withStdin = async (cwd: string, stdin: string, ...args: string[]) => {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, stdio: 'pipe' });
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exit: child.exitCode, said: `${stdout}${stderr}` };
};

const storedLogin = (): string | undefined => {
  const file = readdirSync(dockers).includes('config.json') ? readFileSync(join(dockers, 'config.json'), 'utf8') : '{}';
  return JSON.parse(file).auths?.[locked]?.auth;
};

describe.skipIf(withoutRegistry)('registry login', () => {
  test('leaves the login of the file to Docker, as often as it is asked', async () => {
    const { pipeline, events } = project();
    for (let times = 0; times < 2; times++) {
      expect(await pipeline.run('registry login')).toMatchObject({ ok: true });
      expect(storedLogin()).toBe(written);
    }
    expect(JSON.stringify(events)).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(written);
  });

  test('takes a password from stdin, and no wrong one', async () => {
    const { root } = project({ withLogin: false });
    const words = ['registry', 'login', '--username', login.username, '--password-stdin'];
    const refused = await withStdin(root, 'wrong-password\n', ...words);
    expect(refused).toMatchObject({ exit: 2, said: expect.stringMatching(/does not let ci in +registry-refused/) });
    expect(storedLogin()).toBeUndefined();
    expect(await withStdin(root, '', ...words)).toMatchObject({
      exit: 2,
      said: expect.stringContaining('missing-secret'),
    });
    const ran = await withStdin(root, `${secret}\n`, ...words);
    expect(ran).toMatchObject({ exit: 0, said: expect.stringContaining(`Docker is logged in: ${locked} lets ci in`) });
    expect(ran.said).not.toContain(secret);
    expect(storedLogin()).toBe(written);
  });

  test('asks a terminal for it, and does not show it', async () => {
    const { root } = project({ withLogin: false });
    const words = ['registry', 'login', '--username', login.username, '--password-stdin'];
    const stopped = typed(root, words);
    await stopped.shows('Password (not shown):');
    stopped.type(CTRL_C);
    expect(await stopped.exit).toBe(130);
    const { screen, shows, type, exit } = typed(root, words);
    await shows('Password (not shown):');
    type(`${secret}${ENTER}`);
    expect(await exit, screen.text()).toBe(0);
    expect(screen.text()).not.toContain(secret);
    expect(storedLogin()).toBe(written);
  });

  test('needs somebody who logs in', async () => {
    const { pipeline } = project({ withLogin: false });
    expect(await problemOf(pipeline.run('registry login'))).toMatchObject({ code: 'missing-value' });
  });
});

describe.skipIf(withoutRegistry)('registry push and list', () => {
  test('push what the sources make once, and tell what is there', { timeout: 60_000 }, async () => {
    const { root, repository, pipeline, events } = project();
    expect((await pipeline.ask('registry list')).data).toEqual({ repository, tags: [] });
    const absent = await problemOf(pipeline.run('registry push'));
    const [, image = '', tag = ''] = /image (\S+:([0-9a-f]{12})) here/.exec(absent.message) ?? [];
    expect(absent.code).toBe('unknown-release');
    await docker('build', '--tag', image, root);
    onTestFinished(async () => void (await docker('image', 'rm', image)));
    onTestFinished(() => emptied(repository));
    const pushed = await pipeline.run('registry push');
    expect(pushed).toMatchObject({ ok: true, changed: true });
    expect(pushed.steps.at(-1)?.detail).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await pipeline.run('registry push')).toMatchObject({ ok: true, changed: false, steps: [] });

    record(root, '.bytechat/env/staging', tag);
    expect(await pipeline.run('registry push', { release: tag.slice(0, 5) })).toMatchObject({
      ok: true,
      changed: false,
    });
    const { tags } = (await pipeline.ask('registry list')).data as { tags: object[] };
    expect(tags).toMatchObject([{ tag, digest: pushed.steps.at(-1)?.detail, serves: false, recorded: true }]);
    const { stdout } = await bytechat(root, 'registry', 'list');
    expect(stdout).toMatch(new RegExp(`^ {2}${tag} +[0-9a-f]{12} +\\d\\.\\d MB +\\S.* recorded +linux/\\w+$`, 'm'));
    expect(stdout).toContain(`1 tag in ${repository}`);

    const told = `${JSON.stringify(events)}${filesOf(join(root, '.bytechat'))}`;
    for (const form of [secret, written]) expect(told).not.toContain(form);
    expect(storedLogin()).toBeUndefined();
  });

  test('a registry that refuses ends both with its word, and leaves evidence without the password', async () => {
    const { root, pipeline } = project({ withLogin: false });
    expect(await problemOf(pipeline.ask('registry list'))).toMatchObject({ code: 'registry-refused' });
    record(root, '.bytechat', 'b7c01e55d3f0');
    const repository = (await pipeline.config()).app.image?.repository ?? '';
    await makeImage(`${repository}:b7c01e55d3f0`, 'refused');
    writeFileSync(
      join(root, 'bytechat.yaml'),
      `${readFileSync(join(root, 'bytechat.yaml'), 'utf8')}registry: { username: mallory, password: ${login.password} }\n`,
    );
    const report = await pipeline.run('registry push', { release: 'b7c0' });
    expect(report.steps.at(-1)).toMatchObject({ status: 'failed', problem: { code: 'registry-refused' } });
    const kept = filesOf(join(root, '.bytechat'));
    expect(kept).toContain('registry-refused');
    for (const form of [secret, Buffer.from(`mallory:${secret}`).toString('base64')]) expect(kept).not.toContain(form);
  });

  test.for([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)(
    '%s in the middle leaves no login, and the next one goes on',
    { timeout: 60_000 },
    async ([signal, exit]) => {
      const proxy = await faultProxy(locked);
      const name = ownName();
      const { root, repository } = project({ host: proxy.host, name });
      const temporary = folderWith({});
      record(root, '.bytechat', 'b7c01e55d3f0');
      await makeImage(`${repository}:b7c01e55d3f0`, name);
      onTestFinished(() => emptied(`${locked}/${name}`));
      const logins = () => readdirSync(temporary).filter(file => file.startsWith('bytechat-docker-'));
      const push = () => start(root, ['registry', 'push', '--release', 'b7c0'], { TMPDIR: temporary });
      const running = push();
      proxy.fail(({ method }) => {
        if (method !== 'PATCH') return undefined;
        running.kill(signal);
        return { delayMs: 1000 };
      });
      expect(await running.ended).toMatchObject({ exit });
      expect(logins()).toHaveLength(signal === 'SIGINT' ? 0 : 1);
      for (const form of [secret, written]) expect(filesOf(temporary)).not.toContain(form);
      proxy.fail(() => undefined);
      expect(await push().ended).toMatchObject({ exit: 0 });
      expect(logins()).toEqual([]);
    },
  );

  test('without a registry in its name there is nowhere to push to', async () => {
    const { root } = project({ host: 'team' });
    for (const name of ['list', 'push', 'prune', 'login'])
      expect(await bytechat(root, 'registry', name)).toMatchObject({
        exit: 2,
        stderr: expect.stringMatching(/app\.image\.repository names no registry/),
      });
  });
});

describe.skipIf(withoutRegistry)('registry prune', () => {
  const [old, other, recorded, run, newest] = ['a', 'b', 'c', 'd', 'e'].map(letter => letter.repeat(12));
  const all = [old, other, recorded, run, newest].map(String);

  const tagsIn = async ({ pipeline }: Project): Promise<string[]> =>
    ((await pipeline.ask('registry list')).data as { tags: { tag: string }[] }).tags.map(({ tag }) => tag);

  /** Five releases and a name that people gave; one is recorded, a container was made from another. */
  const filled = async (more: Parameters<typeof project>[0] = {}): Promise<Project> => {
    const filledProject = project(more);
    const { repository, root } = filledProject;
    await docker('login', '--username', login.username, '--password', secret, locked);
    await pushedTags(repository, [...all, 'latest']);
    record(root, '.bytechat/on/docker', String(recorded));
    const container = await docker('create', `${repository}:${run}`, 'true');
    onTestFinished(async () => void (await docker('rm', container)));
    return filledProject;
  };

  test('deletes what nothing uses, once it was confirmed', { timeout: 90_000 }, async () => {
    const shop = await filled();
    const { root, pipeline } = shop;
    const dry = await bytechat(root, 'registry', 'prune', '--keep', '1', '--dry-run');
    expect(dry.stdout.match(/^registry\.delete /gm)).toHaveLength(2);
    expect(await bytechat(root, 'registry', 'prune', '--keep', '1')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('not-confirmed'),
    });
    expect(await tagsIn(shop)).toEqual([...all, 'latest'].sort());

    const { screen, shows, type, exit } = typed(root, ['registry', 'prune', '--keep', '1']);
    await shows('Type shop to delete them (Enter stops):');
    expect(screen.text()).toMatch(/- delete {2}.*:a{12}\n[\s\S]*- delete {2}.*:b{12}\n[\s\S]*= keep +4 of 6 tags/);
    type(`shop${ENTER}`);
    expect(await exit, screen.text()).toBe(0);
    expect(await tagsIn(shop)).toEqual([recorded, run, newest, 'latest']);
    expect(await pipeline.run('registry prune', { keep: 1 })).toMatchObject({ ok: true, changed: false });
    const again = await bytechat(root, 'registry', 'prune', '--keep', '1', '--yes');
    expect(again).toMatchObject({ exit: 0, stderr: expect.stringContaining('Nothing to delete') });
  });

  test('is a no-op where nothing was pushed', async () => {
    expect(await project().pipeline.run('registry prune')).toMatchObject({ ok: true, changed: false });
  });

  test('deletes nothing while Docker cannot say what runs', { timeout: 60_000 }, async () => {
    const shop = project();
    await docker('login', '--username', login.username, '--password', secret, locked);
    await pushedTags(shop.repository, [String(old), String(newest)]);
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    expect(await problemOf(shop.pipeline.run('registry prune', { keep: 1 }))).toMatchObject({ code: 'docker-down' });
    vi.unstubAllEnvs();
    expect(await tagsIn(shop)).toEqual([old, newest]);
  });

  test('says so when the registry deletes nothing', { timeout: 60_000 }, async () => {
    const proxy = await faultProxy(locked);
    proxy.fail(({ method }) => (method === 'DELETE' ? { answer: 405 } : undefined));
    const name = ownName();
    await docker('login', '--username', login.username, '--password', secret, locked);
    await pushedTags(`${locked}/${name}`, [String(old), String(newest)]);
    const shop = project({ host: proxy.host, name });
    const report = await shop.pipeline.run('registry prune', { keep: 1 });
    expect(report.steps.at(-1)?.problem).toMatchObject({
      code: 'registry-refused',
      message: `${proxy.host} deletes nothing`,
    });
    expect(await tagsIn(shop)).toEqual([old, newest]);
  });
});
