/** The door as an image in real Docker, with the rights that it gets there and no more. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Upstream } from '../../src/core/door.ts';
import { writeApp } from '../contract/app.ts';
import { ask, loadOn } from '../contract/load.ts';
import { temporaryFolder } from '../support/folder.ts';
import { repository } from '../support/sources.ts';
import type { Answer } from './support/door.ts';

const isHere = process.env.BYTECHAT_TEST_DOCKER !== undefined;
const name = `bytechat-door-test-${process.pid}`;
const soon = { timeout: 60_000, interval: 100 };
const made: string[][] = [];

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout.trim();

/** Makes something, and takes it away at the end, the last first. */
const make = async (take: readonly string[], ...args: string[]): Promise<string> => {
  made.unshift([...take]);
  return docker(...args);
};

const volume = (kind: string, path: string): string[] => ['--volume', `${name}-${kind}:${path}`];
const shared = [...volume('run', '/run/bytechat'), ...volume('data', '/data')];

const startContainer = (container: string, ...args: string[]): Promise<string> =>
  make(['rm', '--force', container], 'run', '--detach', '--name', container, '--network', name, ...args);

const tell = async (operation: string, request: object = {}): Promise<Answer> => {
  const child = spawn('docker', ['exec', '-i', name, 'node', '/door/door.js', 'tell', operation]);
  child.stdin.end(JSON.stringify({ token: 1, ...request }));
  let out = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  await once(child, 'close');
  return JSON.parse(out);
};

const addressOf = async (): Promise<string> => `http://${await docker('port', name, '8080')}/`;

/** A release of the second app, as nobody in particular, that stands by. */
const startApp = async (text: string): Promise<Upstream> => {
  const folder = temporaryFolder();
  writeApp(folder, { text });
  chmodSync(folder, 0o755);
  const container = `${name}-${text}`;
  const { socket } = await tell('prepare', { container, uid: 65_532, gid: 65_532 });
  const env = { STANDBY_SOCKET: String(socket), DATA_DIR: '/data', HOST: '0.0.0.0', PORT: '3000' };
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const limits = ['--user', '65532:65532', '--cap-drop', 'ALL', '--read-only', '--stop-timeout', '5'];
  const program = ['--volume', `${folder}:/app:ro`, '--entrypoint', '/nodejs/bin/node', name, '/app/server.js'];
  await startContainer(container, ...shared, ...variables, ...limits, ...program);
  const asking = { at: { socket }, path: '/healthz', timeoutMs: 2000 };
  await vi.waitFor(async () => expect(await tell('ask', asking)).toEqual({ status: 200, body: 'ok' }), soon);
  const place = { host: container, port: 3000, socket: String(socket), proxyProtocol: false, drainMs: 5000 };
  return { container, release: text, config: 'c1', ...place };
};

describe.skipIf(!isHere)('in Docker', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await make(['image', 'rm', '--force', name], 'build', '--quiet', '--tag', name, join(repository, 'dist', 'door'));
    await make(['network', 'rm', name], 'network', 'create', name);
    for (const kind of ['run', 'data', 'backups'])
      await make(['volume', 'rm', `${name}-${kind}`], 'volume', 'create', `${name}-${kind}`);
    const rights = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'].flatMap(right => ['--cap-add', right]);
    const limits = ['--user', '0:0', '--cap-drop', 'ALL', ...rights, '--read-only', '--health-interval', '1s'];
    const places = [...shared, ...volume('backups', '/backups'), '--publish', '127.0.0.1::8080'];
    await startContainer(name, ...limits, ...places, name);
    await vi.waitFor(async () => expect(await tell('status')).toMatchObject({ version: 1 }), soon);
  }, 120_000);

  afterAll(async () => {
    for (const args of made) await docker(...args).catch(() => {});
  }, 120_000);

  test('releases hand over on a private network, and come back after a restart of each', async () => {
    const one = await startApp('one');
    expect(await tell('switch', { to: one })).toMatchObject({ container: one.container, betweenMs: 0 });
    const url = await addressOf();
    expect(await ask(url)).toBe('one');
    const two = await startApp('two');
    const load = loadOn(url, 50);
    expect(await tell('switch', { to: two, data: { backup: 'one-kept' } })).toMatchObject({ container: two.container });
    expect(await ask(url)).toBe('two');
    await docker('rm', '--force', one.container);
    const { bodies, failures } = await load.stop();
    expect([failures, bodies.at(-1)]).toEqual([[], 'two']);

    await docker('restart', two.container);
    expect(await ask(url)).toBe('two');

    await docker('kill', '--signal', 'KILL', name);
    await docker('start', name);
    const again = await addressOf();
    await vi.waitFor(async () => expect(await ask(again)).toBe('two'), soon);

    const { replaced } = await tell('switch', { to: await startApp('three'), data: { restore: 'one-kept' } });
    expect(replaced).toMatch(/^replaced-/);
    expect(await ask(`${again}notes`)).toBe('one\nthree\n');
  });

  test('it is healthy, and ends at once when it is asked to', async () => {
    const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', name);
    await vi.waitFor(async () => expect(await health()).toBe('healthy'), soon);
    await docker('stop', '--time', '30', name);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}} {{.Config.User}}', name)).toBe('0 0:0');
  });
});
