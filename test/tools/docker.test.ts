import { expect, test } from 'vitest';
import type { Outcome } from '../../src/core/runner.ts';
import { problemOfOutcome } from '../../src/engine/outcome.ts';
import * as docker from '../../src/tools/docker.ts';

const failedWith = (stderr: string): Outcome => ({ status: 'failed', exitCode: 1, stdout: '', stderr });

test.for([
  ['Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?', 'docker-down'],
  [
    'ERROR: failed to build: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
    'docker-down',
  ],
  ['ERROR: failed to build: failed to solve: Unavailable: error reading from server: EOF', 'docker-down'],
  ['ERROR: failed to solve: a:1: unexpected status: 503 Service Unavailable', 'command-failed'],
  ['write /var/lib/docker/tmp/x: no space left on device', 'disk-full'],
  ['docker: Error response from daemon: Bind for 127.0.0.1:80 failed: port is already allocated.', 'ports-taken'],
  ['docker: Error response from daemon: Conflict. The container name "/a" is already in use by "b".', 'name-taken'],
  ['denied: requested access to the resource is denied', 'registry-refused'],
  ['denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource', 'registry-refused'],
  ['pull access denied, repository does not exist or may require authorization', 'registry-refused'],
  ['unauthorized: authentication required', 'registry-refused'],
  ["#7 0.181 cp: can't create '/x': Permission denied", 'command-failed'],
  ['#7 1.2 Error: EACCES: permission denied, open', 'command-failed'],
  ['#7 0.2 401 unauthorized', 'command-failed'],
])('what docker says: %s', ([said = '', code]) => {
  expect(problemOfOutcome(docker.tag('a', 'b'), failedWith(said))).toMatchObject({ code });
});

test.for([
  [
    'ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c false]: exit code: 1',
    'executor failed running [/bin/sh -c false]: exit code: 1',
  ],
  [
    'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: a:1: not found',
    'a:1: not found',
  ],
  ['docker: Error response from daemon: something of its own.\nSee docker run --help', 'something of its own.'],
])('of what it prints, the reason is told: %s', ([said = '', because]) => {
  expect(problemOfOutcome(docker.tag('a', 'b'), failedWith(said))).toMatchObject({ because });
});

test('a build that fails for reasons of its own names the file with all that it has printed', () => {
  const log = '/project/.bytechat/images/abc.log';
  const build = { ...docker.tag('a', 'b'), log };
  expect(problemOfOutcome(build, failedWith('ERROR: x'))).toMatchObject({ fix: `read what it has printed: ${log}` });
  expect(problemOfOutcome(build, failedWith('no space left on device'))?.fix).toContain('docker system df');
});
