import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { credentialsFor } from '../../src/clients/registry/credentials.ts';
import { folderWith, writeProgram } from '../support/folder.ts';
import { problemOf, realOptions } from '../support/registry.ts';

const HOST = 'registry.example.org:5000';
const auth = Buffer.from('ci:pass:word').toString('base64');

/** What Docker knows, as its config.json says it. */
const withDocker = (config: unknown): string => {
  const folder = folderWith(config === undefined ? {} : { 'config.json': JSON.stringify(config) });
  vi.stubEnv('DOCKER_CONFIG', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
};

/** A helper as Docker starts them, on PATH; it notes what it was asked. */
const withHelper = (name: string, script: string): (() => string) => {
  const folder = folderWith({});
  const asked = join(folder, 'asked');
  writeProgram(folder, `docker-credential-${name}`, `#!/bin/sh\necho "$1 $(cat)" >> ${asked}\n${script}\n`);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  return () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim() : '');
};

const found = (host = HOST) => credentialsFor(host, null, realOptions());

describe('the login of the configuration', () => {
  test('is the variable that it names, whatever Docker knows', async () => {
    withDocker({ auths: { [HOST]: { auth } } });
    const options = realOptions({ TOKEN: 's3cret-token' });
    expect(await credentialsFor(HOST, { username: 'bot', password: 'TOKEN' }, options)).toEqual({
      username: 'bot',
      secret: 's3cret-token',
      isToken: false,
      from: 'the variable TOKEN',
    });
    const missing = credentialsFor(HOST, { username: 'bot', password: 'NONE' }, options);
    expect(await problemOf(missing)).toMatchObject({
      code: 'missing-secret',
      message: expect.stringContaining('NONE'),
    });
  });
});

describe('the login of Docker', () => {
  test.for<[string, unknown, string | undefined]>([
    ['no file', undefined, undefined],
    ['an empty file', {}, undefined],
    ['another registry', { auths: { 'other.org': { auth } } }, undefined],
    ['its name', { auths: { [HOST]: { auth } } }, 'pass:word'],
    ['an address of it', { auths: { [`https://${HOST}/v1/`]: { auth } } }, 'pass:word'],
    ['an entry without a login', { auths: { [HOST]: {} } }, undefined],
    ['a token', { auths: { [HOST]: { auth, identitytoken: 'refresh' } } }, 'refresh'],
  ])('in its file: %s', async ([, config, secret]) => {
    withDocker(config);
    const credentials = await found();
    expect(credentials?.secret).toBe(secret);
    if (credentials) expect(credentials).toMatchObject({ username: 'ci', isToken: secret === 'refresh' });
  });

  test('for Docker Hub has a name of old', async () => {
    withDocker({ auths: { 'https://index.docker.io/v1/': { auth } } });
    expect(await found('docker.io')).toMatchObject({ username: 'ci', secret: 'pass:word' });
  });

  test('in a file that is none is said to be unreadable', async () => {
    vi.stubEnv('DOCKER_CONFIG', folderWith({ 'config.json': '{ "auths": ' }));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await problemOf(found())).toMatchObject({ code: 'invalid-value', message: expect.stringContaining('JSON') });
  });

  test.for([
    ['credHelpers', { credHelpers: { [HOST]: 'vault' }, credsStore: 'none', auths: { [HOST]: { auth } } }],
    ['credsStore', { credsStore: 'vault', auths: { [HOST]: {} } }],
  ] as const)('of %s is asked from its program, with the registry on stdin', async ([, config]) => {
    withDocker(config);
    const asked = withHelper('vault', `echo '{"ServerURL":"x","Username":"kept","Secret":"in a \\"vault\\""}'`);
    expect(await found()).toEqual({
      username: 'kept',
      secret: 'in a "vault"',
      isToken: false,
      from: 'docker-credential-vault',
    });
    expect(asked()).toBe(`get ${HOST}`);
  });

  test('may be a token that a program keeps', async () => {
    withDocker({ credsStore: 'vault' });
    withHelper('vault', `echo '{"Username":"<token>","Secret":"refresh-me"}'`);
    expect(await found()).toMatchObject({ secret: 'refresh-me', isToken: true });
  });

  test.for([
    ['it has none', 'echo "credentials not found in native keychain"; exit 1', undefined],
    ['it is locked', 'echo "the vault is locked" >&2; exit 2', 'command-failed'],
    ['it says something else', 'echo hello', 'command-failed'],
  ] as const)('that a program keeps: %s', async ([, script, code]) => {
    withDocker({ credsStore: 'vault' });
    withHelper('vault', script);
    if (code === undefined) expect(await found()).toBeUndefined();
    else expect(await problemOf(found())).toMatchObject({ code });
  });

  test('whose program is not there cannot be known', async () => {
    withDocker({ credsStore: 'no-such-store' });
    expect(await problemOf(found())).toMatchObject({
      code: 'tool-missing',
      message: 'docker-credential-no-such-store is not installed',
    });
  });
});
