/** Pushes by a real Docker to real registries, with a login that must be nowhere, and with faults in between. */
import { execFile, spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createImage } from '../../src/clients/image.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { CallOptions } from '../../src/core/runner.ts';
import { docker } from '../support/docker.ts';
import { type Fault, faultProxy, type Seen } from '../support/fault-proxy.ts';
import { folderWith, temporaryFolder, writeProgram } from '../support/folder.ts';
import {
  asking,
  emptied,
  locked,
  login,
  makeImage,
  notedPauses,
  open,
  ownName,
  problemOf,
  realOptions,
  withoutRegistry,
} from '../support/registry.ts';

const secret = process.env[login.password] ?? '';
const written = Buffer.from(`${login.username}:${secret}`).toString('base64');
const OTHER = Buffer.from('other:other-secret').toString('base64');

let users: string;
let temporary: string;
beforeEach(() => {
  users = folderWith({
    'config.json': JSON.stringify({ auths: { 'other.example.org': { auth: OTHER } }, detachKeys: 'ctrl-x' }),
    'contexts/meta/kept/meta.json': '{"Name":"kept","Endpoints":{"docker":{"Host":"unix:///nowhere"}}}',
  });
  temporary = temporaryFolder();
  vi.stubEnv('DOCKER_CONFIG', users);
  vi.stubEnv('TMPDIR', temporary);
  return () => void vi.unstubAllEnvs();
});

/** A program in the place of docker that may look around before it becomes docker. */
const withShim = async (before: string): Promise<void> => {
  const real = (await promisify(execFile)('which', ['docker'])).stdout.trim();
  const folder = temporaryFolder();
  writeProgram(folder, 'docker', `#!/bin/sh\n${before}\nexec ${real} "$@"\n`);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
};

/** An image that is here, and will be in the registry: both forget it. */
const imageFor = async (host: string, name = ownName(), registry = host): Promise<string> => {
  const image = `${host}/${name}:b7c01e55d3f0`;
  await makeImage(image, name);
  onTestFinished(() => emptied(`${registry}/${name}`));
  return image;
};

const pushing = (image: string, more: JsonObject = {}, options: CallOptions = {}) => {
  const { pause, pauses } = notedPauses();
  const told: string[] = [];
  const client = asking(createImage({ timeoutMs: 500, pause, quietMs: 300 }), 'image');
  const real = { ...realOptions(), onLine: (line: string) => void told.push(line), ...options };
  return { pauses, told, ended: client('push', { image, ...more }, real) };
};

const loginsIn = (folder: string): string[] => readdirSync(folder).filter(name => name.startsWith('bytechat-docker-'));

const nothingIsLeft = (): void => {
  expect(loginsIn(temporary)).toEqual([]);
  expect(readFileSync(join(users, 'config.json'), 'utf8')).not.toContain(written);
  expect(readdirSync(join(users, 'contexts', 'meta'))).toEqual(['kept']);
};

describe.skipIf(withoutRegistry)('a push', () => {
  test('answers with the digest, shows its lines, and sends what is there already no second time', async () => {
    const image = await imageFor(open);
    const { told, ended } = pushing(image);
    const answer = await ended;
    expect(answer).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      detail: expect.any(String),
    });
    expect(told).toContainEqual(expect.stringContaining('The push refers to repository'));
    expect(await docker('image', 'inspect', '--format', '{{join .RepoDigests ","}}', image)).toContain(
      Reflect.get(Object(answer), 'digest'),
    );
    const again = pushing(image);
    expect(await again.ended).toMatchObject({ detail: expect.stringContaining('there already') });
    expect(again.told).toEqual([]);
  });

  test('with a login leaves it nowhere: no file, no argument, no line, not even while it runs', async () => {
    const image = await imageFor(locked);
    const log = join(temporaryFolder(), 'seen');
    await withShim(`for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f; echo; done 2>/dev/null | grep -e ${image} >> ${log}
find "$DOCKER_CONFIG" -type f -exec cat {} + >> ${log}; ls -ldR "$DOCKER_CONFIG" "$DOCKER_CONFIG"/* >> ${log}`);
    const { told, ended } = pushing(image, login);
    const answer = await ended;
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain(`push ${image}`);
    expect(seen).toContain('"detachKeys":"ctrl-x"');
    expect(seen).toMatch(/drwx------.*bytechat-docker-/);
    expect(seen).toMatch(/-rw-------.*config\.json/);
    for (const text of [seen, told.join('\n'), JSON.stringify(answer)])
      for (const form of [secret, written, OTHER]) expect(text).not.toContain(form);
    nothingIsLeft();
    const { ended: pulled } = {
      ended: asking(createImage({ timeoutMs: 5000, pause: async () => {}, quietMs: 5000 }), 'image'),
    };
    const pull = { image, platform: 'linux/amd64', ...login };
    expect(await pulled('pull', pull, realOptions())).toMatchObject({ digest: Reflect.get(Object(answer), 'digest') });
    nothingIsLeft();
  });

  test('keeps the other settings of the user: contexts, plugins, logins elsewhere', async () => {
    const image = await imageFor(locked);
    const log = join(temporaryFolder(), 'seen');
    await withShim(`docker() { $(which -a docker | tail -1) "$@"; }
{ docker context ls; docker buildx version; echo other.example.org | docker-credential-bytechat-login get; } >> ${log} 2>&1`);
    await pushing(image, login).ended;
    const seen = readFileSync(log, 'utf8');
    expect(seen).toMatch(/^kept /m);
    expect(seen).toMatch(/buildx v/);
    expect(seen).toContain('{"ServerURL":"other.example.org","Username":"other","Secret":"other-secret"}');
    nothingIsLeft();
  });

  test.for([
    ['another password', { username: 'mallory', password: login.password }, /does not let mallory push/],
    ['no login', {}, /does not let anybody push to .* without a login/],
  ] as const)('with %s is refused, once', async ([, who, message]) => {
    const image = await imageFor(locked);
    const { told, pauses, ended } = pushing(image, who);
    expect(await problemOf(ended)).toMatchObject({ code: 'registry-refused', message: expect.stringMatching(message) });
    expect(pauses).toEqual([]);
    expect(told.filter(line => line.startsWith('The push refers'))).toHaveLength(1);
    nothingIsLeft();
  });

  test('of an image that is not here says so', async () => {
    const { ended } = pushing(`${open}/${ownName()}:b7c01e55d3f0`);
    expect(await problemOf(ended)).toMatchObject({ code: 'unknown-release', fix: expect.stringContaining('build') });
  });

  test('without a daemon says so', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    const { ended, pauses } = pushing(`${locked}/${ownName()}:b7c01e55d3f0`, login);
    expect(await problemOf(ended)).toMatchObject({
      code: 'docker-down',
      reproduce: expect.stringMatching(/^docker push/),
    });
    expect(pauses).toEqual([]);
    nothingIsLeft();
  });
});

const isDocker = ({ headers }: Seen): boolean => headers['user-agent']?.startsWith('docker/') === true;
const toDocker =
  (fault: Fault, often = Number.POSITIVE_INFINITY) =>
  (seen: Seen): Fault | undefined =>
    isDocker(seen) && seen.url === '/v2/' && often-- > 0 ? fault : undefined;

describe.skipIf(withoutRegistry)('a registry with faults', () => {
  test.for<[string, Fault]>([
    ['a 500', { answer: 500 }],
    ['a 503', { answer: 503 }],
    ['a 429', { answer: 429 }],
    ['a connection that is cut', 'cut'],
  ])('%s is tried again', async ([, fault]) => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    proxy.fail(toDocker(fault, 2));
    const { pauses, told, ended } = pushing(image, login);
    expect(await ended).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    expect(pauses).toEqual([500, 1000]);
    expect(told.filter(line => /; try \d of 5 in/.test(line))).toHaveLength(2);
    nothingIsLeft();
  });

  test('is given up after five tries, with what it said', async () => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    proxy.fail(({ method, url }) => (method === 'PUT' && url.includes('/manifests/') ? { answer: 502 } : undefined));
    const { pauses, ended } = pushing(image, login);
    expect(await problemOf(ended)).toMatchObject({
      code: 'registry-failed',
      because: expect.stringMatching(/502 Bad Gateway, 5 times/),
    });
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
    nothingIsLeft();
  });

  test('that cuts a layer in the middle gets it again', async () => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    let cuts = 1;
    proxy.fail(({ method }) => (method === 'PATCH' && cuts-- > 0 ? { cutAfter: 10 } : undefined));
    const { ended } = pushing(image, login);
    expect(await ended).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    expect(proxy.seen.filter(line => line.startsWith('PATCH')).length).toBeGreaterThan(1);
    nothingIsLeft();
  });

  test('that hangs before the push is timed out, and docker is not started', async () => {
    const proxy = await faultProxy(locked);
    proxy.fail(() => 'hang');
    const { told, ended } = pushing(`${proxy.host}/${ownName()}:b7c01e55d3f0`, login);
    expect(await problemOf(ended)).toMatchObject({ code: 'timed-out' });
    expect(told.join()).not.toContain('The push refers');
    nothingIsLeft();
  });

  test('that hangs in the middle of the push is timed out', async () => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    let hangs = false;
    proxy.fail(({ method }) => {
      hangs ||= method === 'PATCH';
      return hangs ? 'hang' : undefined;
    });
    const { ended, pauses } = pushing(image, login);
    expect(await problemOf(ended)).toMatchObject({
      code: 'timed-out',
      message: `${proxy.host} has stopped answering`,
      because: 'docker was silent, and 3 requests had no answer within 0.5 s each',
    });
    expect(pauses).toEqual([]);
    nothingIsLeft();
  });

  test('whose uploads take their time is waited for while it answers', async () => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    proxy.fail(({ method }) => (method === 'PATCH' ? { delayMs: 2500 } : undefined));
    const { ended } = pushing(image, login);
    expect(await ended).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    expect(proxy.seen.filter(line => line === 'GET /v2/').length).toBeGreaterThan(2);
  });

  test('is left at once by who stops it, and nothing stays', async () => {
    const proxy = await faultProxy(locked);
    const image = await imageFor(proxy.host, ownName(), locked);
    const stop = new AbortController();
    const reason = new Error('stopped');
    proxy.fail(({ method }) => {
      if (method !== 'PATCH') return undefined;
      stop.abort(reason);
      return 'hang';
    });
    await expect(pushing(image, login, { signal: stop.signal }).ended).rejects.toBe(reason);
    nothingIsLeft();
  });
});

describe('whoever is killed', () => {
  const program = `import { withLogin } from '${join(import.meta.dirname, '../../src/clients/image/login.ts')}';
await withLogin({ host: 'a.org', login: { username: 'ci', password: 'P' } }, async () => {
  process.stdout.write('ready');
  await new Promise(resolve => process.stdin.once('data', resolve));
  process.exit(130);
});`;
  const started = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, P: 'the-secret' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await event(child.stdout, 'data');
    return child;
  };

  test('at once, by a second Ctrl-C, has cleaned up', async () => {
    const child = await started();
    expect(readdirSync(temporary)).toHaveLength(1);
    child.stdin.write('go');
    await event(child, 'exit');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('hard leaves a folder without a secret and a docker that goes on, which the next one ends', async () => {
    const child = await started();
    child.kill('SIGKILL');
    await event(child, 'exit');
    const [left = ''] = readdirSync(temporary);
    const files = readdirSync(join(temporary, left), { recursive: true, withFileTypes: true });
    const text = files
      .filter(file => file.isFile())
      .map(file => readFileSync(join(file.parentPath, file.name), 'utf8'));
    expect(text.join()).toContain('credHelpers');
    for (const form of ['the-secret', 'other-secret', OTHER]) expect(text.join()).not.toContain(form);
    const orphan = spawn('sleep', ['600'], { env: { ...process.env, DOCKER_CONFIG: join(temporary, left) } });
    const ended = event(orphan, 'exit');
    await event(orphan, 'spawn');
    const next = await started();
    expect((await ended)[1]).toBe('SIGTERM');
    expect(readdirSync(temporary)).toHaveLength(1);
    expect(readdirSync(temporary)).not.toContain(left);
    next.stdin.write('go');
    await event(next, 'exit');
  });
});
