import { describe, expect, test } from 'vitest';
import { isGoogleRegistry } from '../../src/core/google.ts';
import { answerDocker, type Known } from '../../src/credentials/docker.ts';

const asked: string[] = [];
const known: Known = {
  version: '1.2.3',
  takesTokens: isGoogleRegistry,
  token: async () => {
    asked.push('token');
    return 'ya29.fresh';
  },
};

const get = (input: string) => answerDocker('get', input, known);

describe('docker-credential-bytechat', () => {
  test.for([
    'us-central1-docker.pkg.dev',
    'https://europe-west1-docker.pkg.dev',
    'https://europe-west1-docker.pkg.dev/v1/\n',
    'gcr.io',
    'eu.gcr.io\n',
  ])('has a fresh token for %j', async input => {
    const { stdout, exitCode } = await get(input);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ServerURL: input.trim(),
      Username: 'oauth2accesstoken',
      Secret: 'ya29.fresh',
    });
  });

  test.for([
    'ghcr.io',
    'https://index.docker.io/v1/',
    'gcr.io.example.org',
    'notgcr.io',
    'https://example.org/gcr.io',
    'docker.pkg.dev.example.org:443',
  ])('has none for %j, in the words by which Docker goes on without, and asks nobody', async input => {
    asked.length = 0;
    expect(await get(input)).toEqual({ stdout: 'credentials not found in native keychain', exitCode: 1 });
    expect(asked).toEqual([]);
  });

  test('says when nothing is asked for', async () => {
    expect(await get(' \n')).toEqual({ stdout: 'no credentials server URL', exitCode: 1 });
  });

  test('keeps nothing', async () => {
    const login = '{"ServerURL":"gcr.io","Username":"a","Secret":"b"}';
    expect(await answerDocker('store', login, known)).toEqual({ stdout: '', exitCode: 0 });
    expect(await answerDocker('erase', 'gcr.io', known)).toEqual({ stdout: '', exitCode: 0 });
    expect(await answerDocker('list', '', known)).toEqual({ stdout: '{}', exitCode: 0 });
  });

  test('says its version, and how it is asked', async () => {
    expect((await answerDocker('version', '', known)).stdout).toContain('1.2.3');
    for (const verb of ['', 'put'])
      expect(await answerDocker(verb, '', known)).toMatchObject({
        stdout: expect.stringContaining('Usage'),
        exitCode: 1,
      });
  });
});
