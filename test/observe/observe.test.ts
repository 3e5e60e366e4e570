import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { ReleaseRecord } from '../../src/core/release.ts';
import type { SupervisorStatus } from '../../src/core/serve.ts';
import { identify } from '../../src/engine/process-identity.ts';
import { createWorld, look, type WorldOptions } from '../../src/host/world.ts';
import { mentionsIn } from '../../src/observe/readme.ts';
import { configFrom } from '../support/config.ts';
import { folderWith, temporaryFolder, writeFiles, writeProgram } from '../support/folder.ts';
import { scriptedClients, scriptedRunner } from '../support/scripted.ts';

const APP = 'app: { name: demo, files: site, command: [node, server.js] }';

const factOf = async (name: string, config: Config, options: WorldOptions = {}): Promise<unknown> => {
  const facts: Facts = await look([name], config, createWorld({ env: {}, ...options }));
  return facts[name];
};

describe('git', () => {
  beforeEach(() => {
    for (const name of ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM']) vi.stubEnv(name, '/dev/null');
    return () => vi.unstubAllEnvs();
  });

  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Mira', '-c', 'user.email=mira@example.org', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  const committed = (files: Record<string, string>): string => {
    const root = folderWith(files);
    git(root, 'init', '--quiet');
    git(root, 'add', '.');
    git(root, 'commit', '--quiet', '--message', 'First');
    return root;
  };
  const gitIn = (root: string) => factOf('git', configFrom(APP, root));

  test('a commit, and the files that differ from it', async () => {
    const root = committed({ a: '1', b: '2' });
    const commit = git(root, 'rev-parse', 'HEAD');
    expect(await gitIn(root)).toEqual({ commit, dirty: 0 });
    writeFiles(root, { a: 'changed', c: 'new' });
    expect(await gitIn(root)).toEqual({ commit, dirty: 2 });
  });

  test('no commit yet', async () => {
    const root = folderWith({ a: '1' });
    git(root, 'init', '--quiet');
    expect(await gitIn(root)).toEqual({ commit: 'unknown', dirty: 1 });
  });

  test('no repository', async () => {
    expect(await gitIn(temporaryFolder())).toEqual({ commit: 'unknown', dirty: -1 });
  });

  test('a folder of somebody else', async () => {
    const root = committed({ a: '1' });
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    expect(await gitIn(root)).toEqual({ commit: 'unknown', dirty: -1 });
  });

  test('no git', async () => {
    const runner = scriptedRunner({ git: { status: 'missing', exitCode: undefined } });
    expect(await factOf('git', configFrom(APP), { runner })).toEqual({ commit: 'unknown', dirty: -1 });
  });
});

describe('readme', () => {
  const found = (text: string): string[] =>
    mentionsIn(text).map(({ kind, text: said, line, column }) => `${kind} ${said} ${line}:${column}`);

  test('links stand in prose, commands in code', () => {
    const lines = [
      'See [the docs](docs/a.md#top) and [this](https://example.org), [that](#here), [mail](mailto:a@b.c).',
      'bytechat deploy in prose is no command, `bytechat status` and `npm run build:all` are.',
      '```sh',
      'npx bytechat rollback --to x',
      '[no](link.md)',
      '```',
      '![picture](docs/chat.png "title")',
    ];
    expect(found(lines.join('\n'))).toEqual([
      'link docs/a.md 1:16',
      'command status 2:51',
      'script build:all 2:72',
      'command rollback 4:14',
      'link docs/chat.png 7:12',
    ]);
  });

  const readmeIn = (files: Record<string, string>) => factOf('readme', configFrom(APP, folderWith(files)));

  test('says what is there', async () => {
    const text = '[a](docs/a.md) [b](gone.md) [c](with%20space.md) `npm run build` `npm run bild`';
    const mentions = await readmeIn({
      'README.md': text,
      'docs/a.md': '',
      'with space.md': '',
      'package.json': '{"scripts":{"build":"tsc"}}',
    });
    expect((mentions as { text: string; exists: boolean }[]).map(each => [each.text, each.exists])).toEqual([
      ['docs/a.md', true],
      ['gone.md', false],
      ['with%20space.md', true],
      ['build', true],
      ['bild', false],
    ]);
  });

  test('there may be none, and what it names may be no path, in a project whose package.json is broken', async () => {
    expect(await readmeIn({})).toEqual([]);
    const mentions = await readmeIn({ 'README.md': '[a](100%.md) `npm run build`', 'package.json': '{' });
    expect(mentions).toMatchObject([
      { text: '100%.md', exists: false },
      { text: 'build', exists: false },
    ]);
  });
});

describe('programs', () => {
  test('are looked for along PATH, in the project and in the release; node is ours', async () => {
    const root = temporaryFolder();
    const bin = join(root, 'bin');
    const onPath = writeProgram(root, 'bin/on-path', '');
    const inRelease = writeProgram(root, 'site/bin/serve', '');
    writeFiles(root, { 'bin/not-executable': '' });
    mkdirSync(join(bin, 'a-folder'));
    const config = configFrom(
      `app:
  name: demo
  files: site
  command: [bin/serve]
  health:
    - exec: [on-path]
    - exec: [not-executable]
    - exec: [a-folder]
    - exec: [nowhere]
    - exec: [${onPath}]
    - exec: [node, probe.js]`,
      root,
    );
    expect(await factOf('programs', config, { env: { PATH: `/nowhere:${bin}` } })).toEqual([
      { key: 'app.command', word: 'bin/serve', file: inRelease },
      { key: 'app.health.0.exec', word: 'on-path', file: onPath },
      { key: 'app.health.1.exec', word: 'not-executable', file: '' },
      { key: 'app.health.2.exec', word: 'a-folder', file: '' },
      { key: 'app.health.3.exec', word: 'nowhere', file: '' },
      { key: 'app.health.4.exec', word: onPath, file: onPath },
    ]);
  });
});

describe('ports', () => {
  const listening = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  const portsOf = (ports: string) =>
    factOf('ports', configFrom(`app: { name: demo, files: site, command: [a], port: "${ports}" }`));

  test('a free one is free, also after it was tried', async () => {
    const port = await listening();
    const { free } = (await portsOf(`${port}-${port + 20}`)) as { free: number };
    expect(free).toBeGreaterThan(port);
    expect(await portsOf(`${free}-${free}`)).toEqual({ free, taken: 0 });
  });

  test('one on which somebody listens is taken', async () => {
    const port = await listening();
    expect(await portsOf(String(port))).toEqual({ free: 0, taken: 1 });
  });
});

describe('the machine and its disk', () => {
  test('are these', async () => {
    const config = configFrom(APP, temporaryFolder());
    expect(await factOf('machine', config)).toMatchObject({ node: process.versions.node, platform: process.platform });
    const disk = (await factOf('disk', config)) as { free: number; writable: boolean };
    expect(disk.writable).toBe(true);
    expect(disk.free).toBeGreaterThan(0);
  });
});

describe('what serves', () => {
  const current = { release: 'b7c01e', config: 'a91f', since: '', log: '/log', ...identify() } as const;
  const status: SupervisorStatus = {
    pid: process.pid,
    started: '',
    version: 'v1',
    socket: '/s',
    app: 'demo',
    host: '127.0.0.1',
    port: 5101,
    crashes: [],
    restarts: 2,
    current: { ...current, started: current.started ?? '', pid: process.pid },
  };
  const servingWith = (found: object | null) => {
    const { clients } = scriptedClients({ 'supervisor.status': () => (found === null ? undefined : (found as never)) });
    return factOf('serving', configFrom(APP), { clients });
  };

  test('nothing was started', async () => {
    expect(await servingWith(null)).toMatchObject({ supervisor: 'none', release: '', url: '' });
  });

  test('a release, behind a supervisor that answers', async () => {
    expect(await servingWith({ answers: true, status })).toEqual({
      supervisor: 'answers',
      version: 'v1',
      release: 'b7c01e',
      config: 'a91f',
      pid: process.pid,
      container: '',
      port: 5101,
      url: 'http://localhost:5101',
      since: '',
      log: '/log',
      restarts: 2,
    });
  });

  test('a release whose supervisor has died', async () => {
    expect(await servingWith({ answers: false, status })).toMatchObject({ supervisor: 'gone', release: 'b7c01e' });
  });

  test('a release that has died too', async () => {
    const dead = { ...status, current: { ...current, pid: process.pid, started: 'another boot' } };
    expect(await servingWith({ answers: false, status: dead })).toMatchObject({
      supervisor: 'gone',
      release: '',
      url: '',
    });
  });

  test('is asked for its health only when there is something', async () => {
    const looked = [{ name: 'GET /', ok: true, said: 'answers 200', ms: 3 }];
    const { clients, called } = scriptedClients({
      'supervisor.status': { answers: true, status: status as never },
      'health.look': request => {
        expect(request).toMatchObject({ at: { url: 'http://localhost:5101' }, checks: [{ http: '/' }] });
        return looked;
      },
    });
    expect(await factOf('health', configFrom(APP), { clients })).toEqual(looked);
    expect(called).toEqual(['supervisor.status', 'health.look']);
    const none = scriptedClients({ 'supervisor.status': () => undefined as never });
    expect(await factOf('health', configFrom(APP), { clients: none.clients })).toEqual([]);
  });
});

describe('what lies in the state folder', () => {
  const home = () => folderWith({ 'dist/supervisor.js': 'the program' });
  const record = (release: string, result: ReleaseRecord['result'], more: Partial<ReleaseRecord> = {}) =>
    JSON.stringify({ app: 'demo', target: 'local', release, config: `config of ${release}`, result, ...more });

  test('whole releases, in the order in which they served, and the one that was proved last', async () => {
    const lines = [
      record('a', 'serves'),
      record('b', 'serves'),
      record('x', 'serves', { app: 'other' }),
      record('y', 'serves', { target: 'moon' }),
      record('a', 'serves'),
    ];
    const root = folderWith({
      '.bytechat/history.jsonl': `${lines.join('\n')}\n{"torn`,
      '.bytechat/releases/a/x': '',
      '.bytechat/releases/b/x': '',
      '.bytechat/releases/c.4242.part/x': '',
      '.bytechat/releases/node-v24-linux-x64': '',
    });
    expect(await factOf('kept', configFrom(APP, root, home()))).toMatchObject({
      releases: ['a', 'b'],
      order: ['a', 'b'],
      proved: 'a',
      provedConfig: 'config of a',
      keeper: expect.stringMatching(/^[0-9a-f]{12}$/),
      missing: [],
    });
  });

  test('after a failure that was undone, what served before is still the proved one', async () => {
    const root = folderWith({ '.bytechat/history.jsonl': `${record('a', 'serves')}\n${record('b', 'undone')}\n` });
    expect(await factOf('kept', configFrom(APP, root, home()))).toMatchObject({ proved: 'a', order: ['a'] });
  });

  test('a secret is seen to change, and is not seen', async () => {
    const config = configFrom(APP.replace('}', ', secrets: [TOKEN, KEY] }'), temporaryFolder(), home());
    const withToken = async (TOKEN: string) => (await factOf('kept', config, { env: { TOKEN } })) as object;
    const one = await withToken('s3cr3t-value');
    expect(one).toMatchObject({ missing: ['KEY'], secrets: { TOKEN: expect.stringMatching(/^[0-9a-f]{16}$/) } });
    expect(JSON.stringify(one)).not.toContain('s3cr3t');
    expect(await withToken('s3cr3t-value')).toEqual(one);
    expect(await withToken('s3cr3t-other')).not.toEqual(one);
  });
});

test('a fact that nobody observes is a mistake of the operation', async () => {
  await expect(factOf('moon', configFrom(APP))).rejects.toThrow('nobody observes moon');
});
