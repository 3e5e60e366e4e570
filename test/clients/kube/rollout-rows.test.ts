import { describe, expect, test } from 'vitest';
import { ROWS } from '../../../src/clients/kube/rollout/rows.ts';
import { failure, names } from './recorded.ts';

/** Recorded workload · row · ms from the first sight of it to the failure · headline · because. */
const TABLE: readonly (readonly [string, string, number, string, RegExp])[] = [
  ['missing-image', 'no-image', 1000, 'There is no image registry.example/busybox:no-such', /no-such: not found$/],
  ['bad-name', 'no-image', 1000, 'There is no image registry.example/Bad_Name:1', /must be lowercase$/],
  ['refused-pull', 'pull-refused', 1000, 'The cluster may not pull locked.example/scout:1', /401 Unauthorized$/],
  ['dead-registry', 'pull-passing', 120_000, 'The image dead.example/scout:1 cannot be pulled', /connection refused$/],
  [
    'dns-registry',
    'pull-passing',
    120_000,
    'The image no-such-registry.invalid/scout:1 cannot be pulled',
    /no such host$/,
  ],
  [
    'arch',
    'exec-format',
    0,
    'The image registry.example/arch:1 is not made for the machines of this cluster',
    /exec format/,
  ],
  [
    'arm',
    'exec-format',
    0,
    'The image registry.example/arm:1 is not made for the machines of this cluster',
    /exec format/,
  ],
  [
    'missing-secret',
    'config',
    1000,
    'There is no Secret nope, which the container app needs',
    /^secret "nope" not found$/,
  ],
  [
    'missing-configmap',
    'config',
    1000,
    'There is no ConfigMap nope, which the container app needs',
    /^configmap "nope"/,
  ],
  ['root-only', 'config', 1000, 'The container app would run as root, which its pod does not allow', /runAsNonRoot/],
  [
    'no-command',
    'cannot-start',
    0,
    'The container app cannot be started',
    /^exec: "\/no\/such": .*no such file or directory$/,
  ],
  ['bad-cwd', 'cannot-start', 0, 'The container app cannot be started', /mkdir \/bin\/sh: not a directory$/],
  ['oom', 'memory', 0, 'The container app runs out of memory at its limit of 16Mi', /^the kernel ends it: OOMKilled$/],
  [
    'wrong-liveness',
    'killed',
    0,
    'The container app is ended again and again by its liveness probe',
    /^Liveness probe failed/,
  ],
  ['crash', 'crash', 0, 'The release crashes at start, exit code 3', /^Error: no database$/],
  ['done', 'crash', 0, 'The release crashes at start, exit code 0', /^all done$/],
  ['sts-crash', 'crash', 0, 'The release crashes at start, exit code 6', /^$/],
  ['ds', 'crash', 0, 'The release crashes at start, exit code 7', /^$/],
  ['bad-init', 'crash', 0, 'The init container migrate fails, exit code 4', /^no table users$/],
  ['quota', 'not-admitted', 0, 'The quota small does not admit the pods of Deployment quota', /^requested: pods=1/],
  ['quota-sts', 'not-admitted', 0, 'The quota small does not admit the pods of StatefulSet quota-sts', /pods=0$/],
  ['quota-job', 'not-admitted', 0, 'The quota small does not admit the pods of Job quota-job', /pods=0$/],
  [
    'security',
    'not-admitted',
    0,
    'Pod Security restricted:latest does not admit the pods of Deployment quota',
    /^allowPriv/,
  ],
  [
    'security-sts',
    'not-admitted',
    0,
    'Pod Security restricted:latest does not admit the pods of StatefulSet quota-sts',
    /^al/,
  ],
  [
    'no-account',
    'no-account',
    10_000,
    'There is no ServiceAccount nope, which Deployment no-account needs',
    /not found$/,
  ],
  [
    'unbound',
    'no-class',
    1000,
    'There is no StorageClass no-such-class, which the volume data-unbound-0 asks for',
    /not found$/,
  ],
  [
    'missing-volume-secret',
    'no-source',
    10_000,
    'There is no Secret nope, which a volume of Deployment missing-volume-secret needs',
    /MountVolume/,
  ],
  ['unschedulable', 'no-node', 60_000, 'No node takes the pods of Deployment unschedulable', /1 Insufficient cpu$/],
  [
    'no-claim',
    'no-node',
    60_000,
    'There is no PersistentVolumeClaim nope, which Deployment no-claim needs',
    /not found/,
  ],
  [
    'wrong-port',
    'unready',
    60_000,
    'Deployment wrong-port runs, and does not become ready',
    /^Readiness probe failed: dial tcp/,
  ],
  ['bad-job', 'job', 0, 'The job bad-job fails, exit code 5', /^cannot migrate$/],
  ['bad-job-2', 'job', 0, 'The job bad-job-2 fails, exit code 5', /backoff limit$/],
  ['late-job', 'job', 0, 'The job late-job fails', /active longer than specified deadline$/],
  ['deadline', 'unready', 0, 'Deployment deadline runs, and does not become ready', /^Readiness probe failed/],
  ['slow-init', 'deadline', 0, 'Deployment slow-init makes no progress', /has timed out progressing\.$/],
  ['slow', 'idle', 240_000, 'Deployment slow does not move any more', /for minutes$/],
];

describe('what a real cluster said about a rollout that fails', () => {
  test.each(TABLE)('%s: %s after %i ms: %s', (name, row, ms, message, because) => {
    const found = failure(name);
    expect({ row: found?.row, after: found?.after, message: found?.problem.message }).toEqual({
      row,
      after: ms,
      message,
    });
    expect(found?.problem.because ?? '').toMatch(because);
    expect(found?.problem.fix).toMatch(/^\S.*[^.]$/);
  });

  test('each recorded failure is in the table', () => {
    const fine = ['good', 'good-job'];
    expect(names.filter(name => !fine.includes(name) && !TABLE.some(([known]) => known === name))).toEqual([]);
  });

  test('each row has a name of its own', () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  });
});
