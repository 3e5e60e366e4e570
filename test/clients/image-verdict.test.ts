import { describe, expect, test } from 'vitest';
import { digestIn, judge } from '../../src/clients/image/verdict.ts';
import { Trouble } from '../../src/clients/registry/trouble.ts';
import { BytechatError } from '../../src/core/problem.ts';
import type { Outcome } from '../../src/core/runner.ts';
import * as docker from '../../src/tools/docker.ts';

const image = 'registry.example.org/team/shop:b7c01e55d3f0';

/** The code of the Problem, or the kind of trouble that may pass. */
const verdictOn = async (stderr: string, more: Partial<Outcome> = {}): Promise<string> => {
  const outcome: Outcome = { status: 'failed', exitCode: 1, stdout: '', stderr, ...more };
  const who = async () => undefined;
  const moved = { command: docker.push(image, 1000), image, host: 'registry.example.org', wanted: 'push', who };
  try {
    await judge(outcome, moved);
    return 'ok';
  } catch (error) {
    if (error instanceof Trouble) return error.kind;
    if (error instanceof BytechatError) return error.problem.code;
    throw error;
  }
};

describe('what docker says when a push ends', () => {
  test.for([
    ['received unexpected HTTP status: 500 Internal Server Error', 'answer'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'answer'],
    ['error parsing HTTP 429 response body: invalid character', 'answer'],
    ['toomanyrequests: You have reached your limit', 'answer'],
    ['Put "https://registry.example.org/v2/": EOF', 'answer'],
    ['read tcp 10.0.0.2:4242->10.0.0.3:443: read: connection reset by peer', 'answer'],
    ['dial tcp 10.0.0.3:443: connect: connection refused', 'answer'],
    ['write: broken pipe', 'answer'],
    ['net/http: TLS handshake timeout', 'timeout'],
    ['dial tcp 10.0.0.3:443: i/o timeout', 'timeout'],
    ['Get "https://registry.example.org/v2/": context deadline exceeded', 'timeout'],
    ['net/http: request canceled (Client.Timeout exceeded while awaiting headers)', 'timeout'],
    ['unauthorized: authentication required', 'registry-refused'],
    ['no basic auth credentials', 'registry-refused'],
    ['denied: requested access to the resource is denied', 'registry-refused'],
    ['received unexpected HTTP status: 403 Forbidden', 'registry-refused'],
    ['received unexpected HTTP status: 404 Not Found', 'registry-failed'],
    ['x509: certificate signed by unknown authority', 'registry-failed'],
    ['http: server gave HTTP response to HTTPS client', 'registry-failed'],
    ['An image does not exist locally with the tag: registry.example.org/team/shop', 'unknown-release'],
    ['manifest for registry.example.org/team/shop:b7 not found: manifest unknown', 'unknown-release'],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'docker-down',
    ],
    ['write /var/lib/docker/tmp/x: no space left on device', 'disk-full'],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      'no-permission',
    ],
    [
      'error getting credentials - err: fork/exec /tmp/x/docker-credential-bytechat: permission denied',
      'no-permission',
    ],
    ['error getting credentials - err: exit status 1, out: `the vault is locked`', 'command-failed'],
    ['', 'registry-failed'],
  ] as const)('"%s" is %s', async ([said, verdict]) => {
    expect(await verdictOn(`Retrying in 5 seconds\n${said}`.replace(/\n$/, ''))).toBe(verdict);
  });

  test.for([
    ['ok', 'ok'],
    ['missing', 'tool-missing'],
    ['denied', 'no-permission'],
    ['timeout', 'timed-out'],
    ['canceled', 'interrupted'],
  ] as const)('%s is %s, whatever it said', async ([status, verdict]) => {
    expect(await verdictOn('EOF', { status })).toBe(verdict);
  });
});

test('the digest stands in the output of a push and of a pull', () => {
  const digest = `sha256:${'a1'.repeat(32)}`;
  expect(digestIn(`b7c0: Pushed\nb7c01e55d3f0: digest: ${digest} size: 527`)).toBe(digest);
  expect(digestIn(`Digest: ${digest}\nStatus: Image is up to date`)).toBe(digest);
  expect(digestIn('b7c0: Pushed')).toBeUndefined();
});
