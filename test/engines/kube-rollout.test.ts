import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rolloutEvidence } from '../../src/clients/kube/rollout/evidence.ts';
import type { KubeSession } from '../../src/clients/kube/session.ts';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { emptied, locked, open, ownName, withoutRegistry } from '../support/registry.ts';
import {
  createNamespace,
  deleteNamespace,
  type Ending,
  ending,
  foreignProgram,
  pushForeign,
  pushShell,
  put,
  type Sketch,
  STAY,
  shell,
  workload,
} from '../support/workloads.ts';

/** Everything that can go wrong, at the same time in one namespace; each test waits for its own. */
const repository = ownName();
const image = `${open}/${repository}:shell`;
const run = (...words: readonly string[]) => shell(image, ...words);
const stays = run(STAY);
const probe = (more: object) => ({ ...stays, readinessProbe: { periodSeconds: 1, failureThreshold: 3, ...more } });
const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
const mounted = { ...stays, volumeMounts: [{ name: 'v', mountPath: '/v' }] };

/** Without a class a claim gets the default one. */
const claimOf = (storageClassName?: string) => ({
  volumeClaimTemplates: [
    {
      metadata: { name: 'v' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Mi' } } },
    },
  ],
});

interface Case extends Sketch {
  /** The headline, exactly. */
  readonly says: string;
  readonly because: RegExp;
  readonly code: string;
  /** What the last lines have in them. */
  readonly lines?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'missing-image',
    container: { image: `${open}/${repository}:no-such` },
    code: 'image-pull',
    says: `There is no image ${open}/${repository}:no-such`,
    because: /:no-such: not found$/,
    lines: /^Failed: Failed to pull image/,
  },
  {
    name: 'refused-pull',
    container: { image: `${locked}/${repository}:1` },
    code: 'image-pull',
    says: `The cluster may not pull ${locked}/${repository}:1`,
    because: /401 Unauthorized/,
  },
  {
    name: 'dead-registry',
    container: { image: `127.0.0.1:9/${repository}:1` },
    code: 'image-pull',
    says: `The image 127.0.0.1:9/${repository}:1 cannot be pulled`,
    because: /connection refused/,
  },
  {
    name: 'crash',
    container: run('echo starting', 'echo "Error: no database at db:5432"', 'exit 3'),
    code: 'crash-at-start',
    says: 'The release crashes at start, exit code 3',
    because: /^Error: no database at db:5432$/,
    lines: /^starting\nError: no database/,
  },
  {
    name: 'crash-json',
    container: run(`echo '{"level":50,"msg":"no database"}'`, 'exit 3'),
    code: 'crash-at-start',
    says: 'The release crashes at start, exit code 3',
    because: /^no database$/,
  },
  {
    name: 'signal',
    container: run('echo working', "sh -c 'kill -SEGV $$$$'", 'exit $?'),
    code: 'crash-at-start',
    says: 'The release crashes at start, signal SIGSEGV',
    because: /^working$|Segmentation/,
  },
  {
    name: 'crash-daemon',
    kind: 'DaemonSet',
    container: run('echo no', 'exit 7'),
    code: 'crash-at-start',
    says: 'The release crashes at start, exit code 7',
    because: /^no$/,
  },
  {
    name: 'memory',
    container: { ...run('tail /dev/zero'), resources: { limits: { memory: '16Mi' } } },
    code: 'crash-at-start',
    says: 'The container app runs out of memory at its limit of 16Mi',
    because: /OOMKilled/,
  },
  {
    name: 'wrong-port',
    container: probe({ tcpSocket: { port: 8080 } }),
    code: 'unhealthy',
    says: 'Deployment wrong-port runs, and does not become ready',
    because: /^Readiness probe failed: dial tcp .*:8080: connect: connection refused$/,
  },
  {
    name: 'late',
    container: { ...stays, startupProbe: { periodSeconds: 1, failureThreshold: 3, tcpSocket: { port: 8080 } } },
    code: 'unhealthy',
    says: 'Not healthy within 3 s',
    because: /^Startup probe failed: dial tcp .*:8080: connect: connection refused$/,
  },
  {
    name: 'wrong-liveness',
    container: {
      ...probe({ exec: { command: ['false'] } }),
      livenessProbe: { periodSeconds: 1, failureThreshold: 1, tcpSocket: { port: 8080 } },
    },
    code: 'unhealthy',
    says: 'The container app is ended again and again by its liveness probe',
    because: /^Liveness probe failed: dial tcp/,
  },
  {
    name: 'missing-secret',
    container: { ...stays, env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'nope', key: 'a' } } }] },
    code: 'rollout-failed',
    says: 'There is no Secret nope, which the container app needs',
    because: /^secret "nope" not found$/,
  },
  {
    name: 'missing-config',
    container: { ...stays, envFrom: [{ configMapRef: { name: 'nope' } }] },
    code: 'rollout-failed',
    says: 'There is no ConfigMap nope, which the container app needs',
    because: /^configmap "nope" not found$/,
  },
  {
    name: 'missing-file',
    container: mounted,
    pod: volume({ secret: { secretName: 'nope' } }),
    code: 'rollout-failed',
    says: 'There is no Secret nope, which a volume of Deployment missing-file needs',
    because: /^MountVolume\.SetUp failed/,
  },
  {
    name: 'unschedulable',
    container: { ...stays, resources: { requests: { cpu: '900' } } },
    code: 'unschedulable',
    says: 'No node takes the pods of Deployment unschedulable',
    because: /^0\/1 nodes are available: 1 Insufficient cpu$/,
    lines: /^FailedScheduling: /,
  },
  {
    name: 'unbound',
    kind: 'StatefulSet',
    container: mounted,
    spec: claimOf('no-such-class'),
    code: 'unschedulable',
    says: 'There is no StorageClass no-such-class, which the volume v-unbound-0 asks for',
    because: /"no-such-class" not found$/,
  },
  {
    name: 'no-account',
    container: stays,
    pod: { serviceAccountName: 'nope' },
    code: 'not-admitted',
    says: 'There is no ServiceAccount nope, which Deployment no-account needs',
    because: /serviceaccount "nope" not found$/,
  },
  {
    name: 'bad-init',
    container: stays,
    pod: { initContainers: [{ name: 'migrate', ...run('echo "no table users"', 'exit 4') }] },
    code: 'crash-at-start',
    says: 'The init container migrate fails, exit code 4',
    because: /^no table users$/,
  },
  {
    name: 'foreign',
    container: { image: `${open}/${repository}:foreign` },
    code: 'rollout-failed',
    says: `The image ${open}/${repository}:foreign is not made for the machines of this cluster`,
    because: /exec format error/,
  },
  {
    name: 'no-command',
    container: { image, command: ['/no/such'] },
    code: 'rollout-failed',
    says: 'The container app cannot be started',
    because: /^exec: "\/no\/such": stat \/no\/such: no such file or directory$/,
  },
  {
    name: 'as-root',
    container: { ...stays, securityContext: { runAsNonRoot: true } },
    code: 'rollout-failed',
    says: 'The container app would run as root, which its pod does not allow',
    because: /^container has runAsNonRoot/,
  },
  {
    name: 'bad-job',
    kind: 'Job',
    container: run('echo "cannot migrate"', 'exit 5'),
    code: 'rollout-failed',
    says: 'The job bad-job fails, exit code 5',
    because: /^cannot migrate$/,
    lines: /^cannot migrate$/,
  },
  {
    name: 'late-job',
    kind: 'Job',
    container: stays,
    spec: { backoffLimit: 0, activeDeadlineSeconds: 2 },
    code: 'rollout-failed',
    says: 'The job late-job fails',
    because: /longer than specified deadline/,
  },
  {
    name: 'deadline',
    container: stays,
    spec: { progressDeadlineSeconds: 4 },
    pod: { initContainers: [{ name: 'migrate', ...stays }] },
    code: 'rollout-failed',
    says: 'Deployment deadline makes no progress',
    because: /has timed out progressing/,
  },
];

const FINE: readonly Sketch[] = [
  {
    name: 'slow',
    container: {
      ...run('sleep 8', 'touch /ready', STAY),
      readinessProbe: { periodSeconds: 1, failureThreshold: 1, exec: { command: ['cat', '/ready'] } },
    },
  },
  {
    name: 'once',
    container: { ...mounted, ...run('[ -e /v/again ] || { touch /v/again; exit 1; }', STAY) },
    pod: volume({ emptyDir: {} }),
  },
  { name: 'good-job', kind: 'Job', container: run('echo done') },
  { name: 'daemon', kind: 'DaemonSet', container: stays },
  { name: 'stateful', kind: 'StatefulSet', container: mounted, spec: claimOf() },
];

describe.skipIf(withoutCluster || withoutRegistry)('a rollout on a real cluster', { timeout: 90_000 }, () => {
  let session: KubeSession;
  let namespace: string;
  const endings = new Map<string, Promise<Ending>>();
  const endingOf = async (name: string): Promise<Ending> => (await endings.get(name)) as Ending;

  beforeAll(async () => {
    session = await sessionFor();
    const folder = await mkdtemp(join(tmpdir(), 'bytechat-'));
    await writeFile(join(folder, 'app'), foreignProgram());
    await chmod(join(folder, 'app'), 0o755);
    await Promise.all([pushShell(repository), pushForeign(repository, join(folder, 'app'))]);
    await rm(folder, { recursive: true });
    namespace = await createNamespace(session);
    const knobs = { transientMs: 5_000, unschedulableMs: 4_000, missingMs: 4_000, readinessMs: 12_000 };
    for (const { name, kind = 'Deployment', ...sketch } of [...CASES, ...FINE]) {
      await put(workload({ name, kind, ...sketch }), namespace, session);
      endings.set(name, ending({ namespace, name, kind, timeoutMs: 60_000, knobs }, session));
    }
  });

  afterAll(async () => {
    await deleteNamespace(namespace, session);
    await emptied(`${open}/${repository}`);
    await docker('image', 'rm', '--force', image, `${open}/${repository}:foreign`);
  });

  test.each(CASES)('$name: $says', async ({ name, code, says, because, lines }) => {
    const { problem } = await endingOf(name);
    expect({ code: problem?.code, message: problem?.message }).toEqual({ code, message: says });
    expect(problem?.because).toMatch(because);
    if (lines) expect(problem?.lines?.join('\n')).toMatch(lines);
  });

  test.each(FINE)('$name recovers, or was never in trouble', async ({ name, kind }) => {
    const { done, problem } = await endingOf(name);
    expect(problem).toBeUndefined();
    // One that ends once was ready for as long as it ran, when that was seen.
    const gap = name === 'once' ? '(; no pod was ready for [0-9.]+ s)?' : '';
    expect(done?.detail).toMatch(new RegExp(`^1 of 1 ${kind === 'Job' ? 'done' : 'new pods ready'}${gap}$`));
    expect(done?.pods).toEqual([expect.stringMatching(`^${name}-`)]);
  });

  test('the command that it names shows the failure again', async () => {
    for (const name of ['crash', 'missing-image', 'unbound']) {
      const { problem } = await endingOf(name);
      const [, ...words] = problem?.reproduce?.split(' ') ?? [];
      expect(words.slice(0, 4)).toEqual(['--context', session.context, '-n', namespace]);
      expect(await kubectl(...words)).toContain(problem?.because?.split(': ').at(-1));
    }
  });

  test('says on the way what it waits for, and the same line never twice in a row', async () => {
    const { lines } = await endingOf('slow');
    expect(lines).toContainEqual(expect.stringMatching(/^0 of 1 new pods ready; slow-\S+ runs, and is not ready yet$/));
    expect(lines.filter((line, index) => line === lines[index - 1])).toEqual([]);
    const { lines: warned } = await endingOf('unschedulable');
    expect(warned).toContain(
      'No node takes the pods of Deployment unschedulable: 0/1 nodes are available: 1 Insufficient cpu; this may pass, and gets 4 s',
    );
  });

  test('what is there already is told at once, after a first look', async () => {
    await endingOf('slow');
    const asked: string[] = [];
    const counting: KubeSession = {
      ...session,
      ask: request => {
        asked.push(request.path);
        return session.ask(request);
      },
    };
    const { done } = await ending({ namespace, name: 'slow', kind: 'Deployment', timeoutMs: 10_000 }, counting);
    expect(done?.detail).toBe('1 of 1 new pods ready');
    expect(asked.length).toBe(3);
  });

  test('what is not there at all is told', async () => {
    const { problem } = await ending({ namespace, name: 'nobody', kind: 'Deployment', timeoutMs: 10_000 }, session);
    expect(problem?.message).toBe(`There is no Deployment nobody in the namespace ${namespace}`);
  });

  test('the evidence has all that the cluster says, and what cannot be read says why', async () => {
    await endingOf('crash');
    const deaf: KubeSession = {
      ...session,
      ask: request =>
        request.path.includes('resourcequotas') ? Promise.resolve({ status: 403, body: '' }) : session.ask(request),
    };
    const files = await rolloutEvidence({ namespace, kind: 'Deployment', name: 'crash' }, deaf);
    const log = Object.entries(files).find(([file]) => file.startsWith('log-crash-'))?.[1];
    expect(log).toMatchObject({
      last: expect.arrayContaining(['Error: no database at db:5432']),
      previous: expect.any(Array),
    });
    expect(files['events.json']).toContainEqual(expect.objectContaining({ reason: 'BackOff' }));
    expect(files['workload.json']).toMatchObject([{ metadata: { name: 'crash' } }]);
    expect(files['pods.json']).toMatchObject([{ spec: { containers: [{ name: 'app' }] } }]);
    expect(files['revisions.json']).toMatchObject([{ status: { replicas: 1 } }]);
    expect(files['quotas.json']).toEqual({ unread: expect.stringContaining('resourcequotas') });
  });
});
