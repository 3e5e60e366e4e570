/** Docker and the registry client at a registry that takes nothing but tokens of Google. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createImage } from '../../src/clients/image.ts';
import { credentialsFor } from '../../src/clients/registry/credentials.ts';
import { createRegistry } from '../../src/clients/registry.ts';
import { TOKEN_USER } from '../../src/core/google.ts';
import { Pipeline } from '../../src/index.ts';
import { repository } from '../contract/bytechat.ts';
import { docker } from '../support/docker.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { folderWith, temporaryFolder, writeProgram } from '../support/folder.ts';
import { gkeToken, withoutGke } from '../support/gke.ts';
import { type Google, google } from '../support/google.ts';
import {
  asking,
  emptied,
  locked,
  makeImage,
  ownName,
  problemOf,
  realOptions,
  withoutRegistry,
} from '../support/registry.ts';

const times = { timeoutMs: 5000, quietMs: 15_000, pause: async () => {} };
const registry = asking(createRegistry(times), 'registry');
const image = asking(createImage(times), 'image');

/** Docker's settings of somebody at Google: nobody is logged in anywhere. */
const atGoogle = async (config: object = {}): Promise<Google & { readonly settings: string }> => {
  const stand = await google();
  const settings = folderWith({ 'config.json': JSON.stringify(config, null, '\t') });
  vi.stubEnv('DOCKER_CONFIG', settings);
  vi.stubEnv('TMPDIR', temporaryFolder());
  return Object.assign(stand, { settings });
};

/** Ours on PATH, as `npm install --global bytechat` puts it there. */
const installed = (): void => {
  const bin = temporaryFolder();
  symlinkSync(join(repository, 'bin/docker-credential-bytechat.js'), join(bin, 'docker-credential-bytechat'));
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
};

const imageAt = async (): Promise<string> => {
  const name = `${locked}/${ownName()}:one`;
  await makeImage(name, name);
  onTestFinished(() => emptied(name.replace(/:one$/, '')));
  return name;
};

const withoutAll = withoutGke || withoutRegistry;

describe.skipIf(withoutAll)('a registry of Google', { timeout: 60_000 }, () => {
  test('is pushed to and read with tokens that Docker asks for, and nothing is left', async () => {
    const { tokens, settings } = await atGoogle();
    const name = await imageAt();
    const before = readFileSync(join(settings, 'config.json'), 'utf8');
    const pushed = await image('push', { image: name }, realOptions());
    expect(pushed).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    expect(await registry('tags', { image: name }, realOptions())).toEqual(['one']);
    expect(await image('pull', { image: name, platform: 'linux/amd64' }, realOptions())).toMatchObject({
      digest: (pushed as { digest: string }).digest,
    });
    // Each docker has asked for one of its own.
    expect(tokens.issued).toBeGreaterThanOrEqual(3);
    expect(readFileSync(join(settings, 'config.json'), 'utf8')).toBe(before);
    expect(readdirSync(process.env.TMPDIR ?? '').filter(left => left.startsWith('bytechat-'))).toEqual([]);
  });

  test('shows a docker that runs no token: neither in its settings nor in its environment', async () => {
    await atGoogle();
    const name = await imageAt();
    const real = (await promisify(execFile)('which', ['docker'])).stdout.trim();
    const seen = temporaryFolder();
    const look = `cat "$DOCKER_CONFIG/config.json" "$DOCKER_CONFIG"/*/* > ${seen}/files; env > ${seen}/env; echo "$@" > ${seen}/args`;
    const shim = temporaryFolder();
    writeProgram(shim, 'docker', `#!/bin/sh\n${look}\nexec ${real} "$@"\n`);
    vi.stubEnv('PATH', `${shim}:${process.env.PATH}`);
    vi.stubEnv('BYTECHAT_TEST_GKE_TOKEN', undefined);
    await image('push', { image: name }, realOptions());
    const all = ['files', 'env', 'args'].map(file => readFileSync(join(seen, file), 'utf8')).join('\n');
    expect(all).toContain('docker-credential-bytechat.js');
    for (const form of [gkeToken, Buffer.from(`${TOKEN_USER}:${gkeToken}`).toString('base64')])
      expect(all).not.toContain(form);
  });

  test('that lets a token go in the middle of a push is shown another one', async () => {
    const { tokens } = await atGoogle();
    const proxy = await faultProxy(locked);
    vi.stubEnv('BYTECHAT_GCP_REGISTRY', proxy.host);
    const name = `${proxy.host}/${ownName()}:one`;
    await makeImage(name, name);
    const gone = { answer: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, body: '{}' } as const;
    proxy.fail(({ method, url, before }) =>
      method === 'PUT' && url.includes('/manifests/') && before === 0 ? gone : undefined,
    );
    const issued = tokens.issued;
    expect(await image('push', { image: name }, realOptions())).toMatchObject({
      digest: expect.stringMatching(/^sha256:/),
    });
    // One of this process, and one of each docker.
    expect(tokens.issued).toBe(issued + 3);
    await emptied(`${locked}/${name.slice(proxy.host.length + 1).replace(/:one$/, '')}`);
  });

  test('that refuses the token says so in its own words, and which right is missing', async () => {
    const { tokens } = await atGoogle();
    tokens.isFresh = true;
    const name = await imageAt();
    const refused = await problemOf(image('push', { image: name }, realOptions()));
    expect(refused).toMatchObject({
      code: 'registry-refused',
      because: expect.stringContaining("Google's application default credentials"),
      fix: expect.stringContaining('roles/artifactregistry.'),
    });
    tokens.isFresh = false;
  });

  test('is not pushed to by who has no credentials, and is told so before docker starts', async () => {
    const { faults } = await atGoogle();
    const name = await imageAt();
    faults.push({ method: 'token', status: 'NOT_FOUND', times: 100 });
    onTestFinished(() => void faults.splice(0));
    expect(await problemOf(image('push', { image: name }, realOptions()))).toMatchObject({ code: 'no-credentials' });
    faults.splice(0);
  });

  test.for([
    ['a login in its file', { auths: { [locked]: { auth: Buffer.from('ci:wrong').toString('base64') } } }, false],
    ["gcloud's helper", { credHelpers: { [locked]: 'gcloud' } }, true],
    ['our helper', { credHelpers: { [locked]: 'bytechat' } }, true],
    ['a store that has nothing of it', { credsStore: 'nowhere' }, true],
    ['another helper', { credHelpers: { [locked]: 'nowhere' } }, false],
    ['an entry without a login', { auths: { [locked]: {} } }, true],
  ] as const)('where Docker has %s', async ([, config, isOurs]) => {
    await atGoogle(config);
    const name = await imageAt();
    const checked = registry('check', { image: name }, realOptions()).then(
      () => true,
      () => false,
    );
    expect(await checked).toBe(isOurs);
    expect(
      await image('push', { image: name }, realOptions()).then(
        () => true,
        () => false,
      ),
    ).toBe(isOurs);
  });

  test('of others is never shown a token', async () => {
    await atGoogle();
    vi.stubEnv('BYTECHAT_GCP_REGISTRY', undefined);
    expect(await problemOf(registry('check', { image: `${locked}/x`, by: 'google' }, realOptions()))).toMatchObject({
      code: 'invalid-value',
      message: `${locked} is no registry of Google`,
    });
    vi.stubEnv('BYTECHAT_GCP_REGISTRY', 'registry.example.org');
    expect(await problemOf(credentialsFor('registry.example.org', null, realOptions()))).toMatchObject({
      code: 'invalid-value',
      message: 'BYTECHAT_GCP_REGISTRY is registry.example.org, which is not on this machine',
    });
    vi.stubEnv('BYTECHAT_GCP_REGISTRY', locked);
  });
});

describe.skipIf(withoutAll)('gcr login', { timeout: 60_000 }, () => {
  const own = () => new Pipeline({ projectRoot: temporaryFolder() });

  test('lets a plain docker push, with a token each time', async () => {
    const { tokens, settings } = await atGoogle({ detachKeys: 'ctrl-x', credHelpers: { 'gcr.io': 'gcloud' } });
    installed();
    const file = join(settings, 'config.json');
    const before = readFileSync(file, 'utf8');
    const report = await own().run('gcr login', { host: locked });
    expect(report.ok, JSON.stringify(report.steps)).toBe(true);
    const after = readFileSync(file, 'utf8');
    expect(after).toBe(before.replace('"credHelpers": {', `"credHelpers": {\n\t\t"${locked}": "bytechat",`));
    const issued = tokens.issued;
    await docker('push', await imageAt());
    expect(tokens.issued).toBe(issued + 1);
    await own().run('gcr login', { host: locked });
    expect(readFileSync(file, 'utf8')).toBe(after);
  });

  test('shows a token also where Docker has another login, which it asks no more', async () => {
    const other = { auths: { [locked]: { auth: Buffer.from('ci:wrong').toString('base64') } } };
    const { settings } = await atGoogle(other);
    installed();
    expect((await own().run('gcr login', { host: locked })).ok).toBe(true);
    expect(JSON.parse(readFileSync(join(settings, 'config.json'), 'utf8'))).toMatchObject(other);
    await docker('push', await imageAt());
  });

  test('tells a refusal at once, and changes nothing', async () => {
    const { tokens, settings } = await atGoogle();
    installed();
    tokens.isFresh = true;
    const report = await own().run('gcr login', { host: locked });
    expect(report.steps.map(({ problem }) => problem?.code).filter(Boolean)).toEqual(['registry-refused']);
    expect(readFileSync(join(settings, 'config.json'), 'utf8')).toBe('{}');
  });

  test('names no helper that Docker would not find', async () => {
    const { settings } = await atGoogle();
    const { steps } = await own().run('gcr login', { host: locked });
    expect(steps.find(({ problem }) => problem)?.problem).toMatchObject({
      code: 'tool-missing',
      because: expect.stringContaining('bytechat itself pushes and pulls without it'),
      fix: 'npm install --global bytechat',
    });
    expect(readFileSync(join(settings, 'config.json'), 'utf8')).toBe('{}');
  });

  test('says which file of Docker cannot be read', async () => {
    const { settings } = await atGoogle();
    installed();
    writeFileSync(join(settings, 'config.json'), '{ "auths": ');
    const { steps } = await own().run('gcr login', { host: locked });
    expect(steps.find(({ problem }) => problem)?.problem).toMatchObject({ code: 'invalid-value' });
  });
});

describe('the plan of gcr login', () => {
  const planned = async (text: string, options = {}) => {
    const root = folderWith({ 'bytechat.yaml': text });
    const { steps, notices = [] } = await new Pipeline({ projectRoot: root }).plan('gcr login', options);
    return { titles: steps.map(({ title }) => title), notices };
  };

  test('is about the host of the region', async () => {
    expect(await planned('gcp: { region: europe-west1 }')).toEqual({
      titles: ['Log in at europe-west1-docker.pkg.dev'],
      notices: [],
    });
  });

  test('is about the host of the image too, and explains a name of old', async () => {
    const { titles, notices } = await planned('chat: { repository: eu.gcr.io/my-project/chat }');
    expect(titles).toEqual(['Log in at us-central1-docker.pkg.dev and eu.gcr.io']);
    expect(notices).toEqual([
      expect.stringMatching(/^eu\.gcr\.io is a repository of Artifact Registry now.*2025-03-18$/),
    ]);
  });

  test('is about the host that is named', async () => {
    expect((await planned('{}', { host: 'gcr.io' })).titles).toEqual(['Log in at gcr.io']);
  });
});
