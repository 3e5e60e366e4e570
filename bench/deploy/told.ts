/**
 * How long after the cluster knows it a rollout's end is told: `node bench/deploy/told.ts [rounds]`. For a missing image the
 * cluster knows when the kubelet has written `ErrImagePull` into the pod's status, for a crash when the container has ended
 * for the third time, for success when the Deployment's counts are as they should be; a watch of our own takes the time.
 * `kubectl rollout status` waits beside us for the same success. Prints medians and the worst.
 *
 * Needs a cluster in KUBECONFIG, kubectl on PATH, and BYTECHAT_TEST_OPEN_REGISTRY with an image `busybox:1.37` at hand in Docker.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { waitForRollout } from '../../src/clients/kube/rollout/wait.ts';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import { median } from '../rounds.ts';

const rounds = Number(process.argv[2] ?? 5);
const registry = process.env.BYTECHAT_TEST_OPEN_REGISTRY;
if (registry === undefined) throw new Error('set BYTECHAT_TEST_OPEN_REGISTRY to a registry without a password');
const namespace = `bench-told-${process.pid}`;
const image = `${registry}/bytechat-bench/shell:1`;
const session = await sessionFor();

const run = (file: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stderr}`);
};

const put = async (name: string, container: object): Promise<void> => {
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image, ...container }] },
      },
    },
  };
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}?fieldManager=bench&force=true`;
  const { status } = await session.ask({ method: 'PATCH', path, type: 'application/apply-patch+yaml', body });
  if (status >= 300) throw new Error(`${name} was not made: ${status}`);
};

interface Container {
  readonly restartCount: number;
  readonly state?: { readonly running?: object; readonly waiting?: { readonly reason?: string } };
}

/** What is read of a pod or a Deployment. */
interface Watched {
  readonly metadata: { readonly generation?: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly containerStatuses?: readonly Container[];
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** When a watch first brings an object of which this is true. */
const seen = async (path: string, isIt: (object: Watched) => boolean): Promise<number> => {
  const over = new AbortController();
  let at = Number.NaN;
  const onLine = (line: string): void => {
    if (!Number.isNaN(at) || !isIt(JSON.parse(line).object)) return;
    at = performance.now();
    over.abort();
  };
  await session.stream({ path: `${path}&watch=1&resourceVersion=0`, signal: over.signal }, onLine).catch(() => {});
  return at;
};

const containerOf = (name: string, isIt: (status: Container) => boolean): Promise<number> =>
  seen(
    `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`,
    ({ status }) => status?.containerStatuses?.some(isIt) ?? false,
  );

const settled = (name: string): Promise<number> =>
  seen(
    `/apis/apps/v1/namespaces/${namespace}/deployments?fieldSelector=metadata.name%3D${name}`,
    ({ metadata, spec, status = {} }) =>
      status.observedGeneration === metadata.generation &&
      [status.replicas, status.updatedReplicas, status.availableReplicas].every(count => count === spec.replicas),
  );

const told = async (name: string): Promise<number> => {
  await waitForRollout({ namespace, name, kind: 'Deployment', timeoutMs: 120_000 }, session, {}).catch(() => {});
  return performance.now();
};

const kubectl = async (name: string): Promise<number> => {
  await once(
    spawn('kubectl', ['rollout', 'status', `deployment/${name}`, '-n', namespace], { stdio: 'ignore' }),
    'exit',
  );
  return performance.now();
};

const shell = (...lines: string[]): object => ({ command: ['sh', '-c', lines.join('; ')] });
const READY = {
  ...shell('sleep 1', 'touch /tmp/ready', 'sleep 3600'),
  readinessProbe: { periodSeconds: 1, exec: { command: ['cat', '/tmp/ready'] } },
};

const late: Record<string, number[]> = {};
const note = async (what: string, end: Promise<number>, known: Promise<number>): Promise<void> => {
  late[what] = [...(late[what] ?? []), (await end) - (await known)];
};

try {
  run('docker', 'tag', 'busybox:1.37', image);
  run('docker', 'push', image);
  run('kubectl', 'create', 'namespace', namespace);
  for (let round = 0; round < rounds; round++) {
    const [absent, crasher, good] = ['absent', 'crasher', 'good'].map(name => `${name}-${round}`) as [
      string,
      string,
      string,
    ];
    await put(absent, { image: `${image}-no` });
    await note(
      'missing image',
      told(absent),
      containerOf(absent, ({ state }) => state?.waiting?.reason === 'ErrImagePull'),
    );
    await put(crasher, shell('echo no', 'exit 3'));
    const third = ({ state, restartCount }: Container): boolean => restartCount === 2 && !state?.running;
    await note('crash', told(crasher), containerOf(crasher, third));
    await put(good, READY);
    const known = settled(good);
    await Promise.all([note('success', told(good), known), note('success, by kubectl', kubectl(good), known)]);
  }
  process.stdout.write('| | median ms | worst |\n| --- | --- | --- |\n');
  for (const [what, own] of Object.entries(late)) {
    process.stdout.write(`| ${what} | ${median(own).toFixed(0)} | ${Math.max(...own).toFixed(0)} |\n`);
  }
} finally {
  run('kubectl', 'delete', 'namespace', namespace, '--wait=false');
}
