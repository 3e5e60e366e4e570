/** Dockerfile.gcp, built by a real Docker from sources and from the package, and run as carefully as it can be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lutimesSync, mkdtempSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { ConfigFile } from '../../src/config/schema.ts';
import { sourceSubject } from '../../src/config/source.ts';
import { contextFiles } from '../../src/engine/context-files.ts';
import { readPatterns } from '../../src/engine/ignore-file.ts';
import { readSource } from '../../src/engine/source.ts';
import { docker, withoutDocker } from '../support/docker.ts';

const root = dirname(dirname(import.meta.dirname));
const dockerfile = join(root, 'Dockerfile.gcp');
const place = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-image-')));
const name = `bytechat-image-test-${process.pid}`;
const [fromSource, fromBundle] = [`${name}:source`, `${name}:bundle`];

/** In 2011, and another one in each run: BuildKit takes a file of the same size and time for the one that it has seen. */
const ANOTHER_TIME = 1_300_000_000 + Math.floor(Math.random() * 1e7);

const MINUTES = 60_000;
const MOST_BYTES = 140_000_000;
const CAREFUL = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

const build = (tag: string, file: string, ...args: string[]): Promise<string> =>
  docker('buildx', 'build', '--quiet', '--file', file, '--tag', tag, ...args);

const inspect = async (tag: string) => JSON.parse(await docker('image', 'inspect', tag))[0];
const layersOf = async (tag: string): Promise<string[]> => (await inspect(tag)).RootFS.Layers;

/** What a checkout sends, but somewhere else, of another time, and written by somebody who lets nobody else read. */
const otherCheckout = async (): Promise<string> => {
  const other = join(place, 'checkout');
  const ignoreFile = `${dockerfile}.dockerignore`;
  const files = await contextFiles(root, readPatterns(readFileSync(ignoreFile, 'utf8'), ignoreFile));
  for (const { path, kind } of files) {
    cpSync(join(root, path), join(other, path), { recursive: false, filter: () => kind !== 'folder' });
    if (kind !== 'folder') chmodSync(join(other, path), 0o600);
    if (kind !== 'folder') lutimesSync(join(other, path), ANOTHER_TIME, ANOTHER_TIME);
  }
  for (const file of [dockerfile, ignoreFile]) cpSync(file, join(other, file.slice(root.length)));
  return other;
};

/** The package as a user has it. */
const installed = (): string => {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', place];
  const said = execFileSync('npm', pack, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const { filename } = [JSON.parse(said)].flat()[0] as { filename: string };
  execFileSync('tar', ['--extract', '--file', join(place, filename), '--directory', place]);
  return join(place, 'package');
};

/** A container of the image; its name. */
const run = async (options: readonly string[], ...command: string[]): Promise<string> => {
  const id = await docker('run', '--detach', ...CAREFUL, ...options, fromSource, ...command);
  onTestFinished(async () => void (await docker('rm', '--force', '--volumes', id)));
  return id;
};

const volume = async (): Promise<string> => {
  const id = await docker('volume', 'create');
  onTestFinished(async () => void (await docker('volume', 'rm', id)));
  return id;
};

const isHealthy = (id: string): Promise<void> =>
  vi.waitFor(async () => expect(await docker('inspect', '--format', '{{.State.Health.Status}}', id)).toBe('healthy'), {
    timeout: MINUTES,
    interval: 250,
  });

const OFTEN = ['--health-interval', '1s'];

describe.skipIf(withoutDocker)('the image of the chat, by a real Docker', { timeout: 2 * MINUTES }, () => {
  beforeAll(async () => {
    await build(fromSource, join(await otherCheckout(), 'Dockerfile.gcp'), '--no-cache', join(place, 'checkout'));
    const bundle = installed();
    const args = ['--build-arg', 'ORIGIN=bundle', '--no-cache'];
    // npm gives all files one time, and BuildKit knows a context by the last part of its path: this one has its own.
    const context = join(place, name);
    symlinkSync(join(bundle, 'dist', 'chat-app'), context);
    await build(fromBundle, join(bundle, 'Dockerfile.gcp'), ...args, context);
  }, 10 * MINUTES);

  afterAll(async () => {
    const tags = [fromSource, fromBundle, `${name}:labelled`];
    for (const tag of tags) spawnSync('docker', ['image', 'rm', tag]);
    await rm(place, { recursive: true, force: true });
  });

  test('has the same layers from sources, of whatever time and permissions, and from the package', async () => {
    const config = resolveConfig(ConfigFile.parse({}), { root, package: { root, hasSources: true } });
    const { hash, built } = await readSource(sourceSubject(config));
    expect(built, 'dist is older than the sources: npm run build').toBe(hash);
    expect(await layersOf(fromBundle)).toEqual(await layersOf(fromSource));
  });

  test('is small', async () => {
    expect((await inspect(fromSource)).Size).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('says who it is; version and revision change no layer', async () => {
    const args = ['--build-arg', 'VERSION=1.2.3', '--build-arg', 'REVISION=abc'];
    await build(`${name}:labelled`, join(place, 'checkout', 'Dockerfile.gcp'), ...args, join(place, 'checkout'));
    expect(await layersOf(`${name}:labelled`)).toEqual(await layersOf(fromSource));
    expect((await inspect(`${name}:labelled`)).Config).toMatchObject({
      Labels: {
        'org.opencontainers.image.title': 'ByteChat',
        'org.opencontainers.image.licenses': JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).license,
        'org.opencontainers.image.version': '1.2.3',
        'org.opencontainers.image.revision': 'abc',
      },
      User: '65532:65532',
      WorkingDir: '/app',
      ExposedPorts: { '8080/tcp': {} },
      Cmd: ['node', 'relay.js'],
    });
  });

  test('holds the relay, the probe, the health check and the page beside its base, all of one time', async () => {
    const program = `const fs = require('node:fs');
      const files = fs.readdirSync('/app', { recursive: true }).map(path => '/app/' + path);
      const stats = ['/app', '/data', ...files].map(path => [path, fs.statSync(path)]);
      console.log(JSON.stringify(stats.map(([path, { uid, mode, mtimeMs, size }]) =>
        [path, uid, (mode & 0o7777).toString(8), mtimeMs, size])));`;
    const found = JSON.parse(await docker('run', '--rm', ...CAREFUL, fromSource, 'node', '-e', program));
    const rows = new Map<string, unknown[]>(found.map(([path, ...row]: [string, ...unknown[]]) => [path, row]));
    const top = [...rows.keys()].filter(path => path.lastIndexOf('/') === 4 && path !== '/data');
    expect(top.sort()).toEqual(['/app/client', '/app/health.js', '/app/probe.js', '/app/relay.js']);
    expect(rows.get('/data')?.slice(0, 2)).toEqual([65_532, '700']);
    expect(rows.get('/app/relay.js')?.slice(0, 2)).toEqual([0, '644']);
    expect(new Set([...rows.values()].map(([, , time]) => time))).toEqual(new Set([Date.UTC(2000, 0)]));
    expect([...rows.keys()].filter(path => /\.map$|node_modules|\.ts$/.test(path))).toEqual([]);
  });

  test('serves with a read-only root, without capabilities, and writes to a fresh volume alone', async () => {
    const id = await run([...OFTEN, '--volume', `${await volume()}:/data`]);
    await isHealthy(id);
    const said = await docker('exec', id, 'node', 'probe.js', 'http://127.0.0.1:8080');
    expect(JSON.parse(said)).toMatchObject({ ok: true });
    const changed = (await docker('diff', id)).split('\n').filter(line => line !== '' && !/^. \/data$/.test(line));
    expect(changed).toEqual([]);
    await docker('stop', '--time', '20', id);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('0');
    expect(await docker('logs', id)).toContain('"stopped"');
  });

  test('runs what it is told to, and is unhealthy when nobody answers', async () => {
    expect(await docker('run', '--rm', fromSource, 'node', '-p', '1 + 1')).toBe('2');
    const id = await run(
      [...OFTEN, '--health-start-period', '1s', '--health-retries', '1'],
      'node',
      '-e',
      'setInterval(() => {}, 1e6)',
    );
    await vi.waitFor(
      async () => expect(await docker('inspect', '--format', '{{.State.Health.Status}}', id)).toBe('unhealthy'),
      { timeout: MINUTES, interval: 250 },
    );
    const [check] = JSON.parse(await docker('inspect', '--format', '{{json .State.Health.Log}}', id));
    expect(JSON.parse(check.Output)).toEqual({ ok: false, why: 'connect ECONNREFUSED 127.0.0.1:8080' });
  });

  test('is healthy behind TLS, and while it stands by', async () => {
    const certificate = join(place, 'tls');
    execFileSync('mkdir', ['-m', '755', certificate]);
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=chat.example.org'];
    execFileSync('openssl', [...args, '-keyout', join(certificate, 'key'), '-out', join(certificate, 'cert')], {
      stdio: 'ignore',
    });
    chmodSync(join(certificate, 'key'), 0o644);
    chmodSync(place, 0o755);
    const tls = ['--env', 'TLS_CERT=/tls/cert', '--env', 'TLS_KEY=/tls/key', '--volume', `${certificate}:/tls:ro`];
    await isHealthy(await run([...OFTEN, ...tls, '--volume', `${await volume()}:/data`]));
    const standby = await run([
      ...OFTEN,
      '--env',
      'STANDBY_SOCKET=/data/standby',
      '--volume',
      `${await volume()}:/data`,
    ]);
    await isHealthy(standby);
    expect(await docker('exec', standby, 'node', 'health.js')).toBe('{"ok":true,"state":"standby"}');
  });
});
