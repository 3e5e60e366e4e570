import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { good } from '../../src/clients/kube/problems.ts';
import { stillRuns } from '../../src/clients/kube/rollout/still-runs.ts';
import { replaceStuckPods } from '../../src/clients/kube/rollout/stuck.ts';
import { waitForRollout } from '../../src/clients/kube/rollout/wait.ts';
import type { KubeSession } from '../../src/clients/kube/session.ts';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { faultProxy } from '../support/fault-proxy.ts';
import { folderWith } from '../support/folder.ts';
import { emptied, open, ownName, problemOf, withoutRegistry } from '../support/registry.ts';
import { silentProxy } from '../support/silent-proxy.ts';
import {
  createNamespace,
  deleteNamespace,
  type Ending,
  ending,
  pushShell,
  put,
  type Sketch,
  STAY,
  shell,
  workload,
} from '../support/workloads.ts';

const repository = ownName();
const image = `${open}/${repository}:shell`;
const stays = shell(image, STAY);

/** Ready so many seconds after it has started. */
const readyAfter = (seconds: number, mark = ''): JsonObject => ({
  ...shell(image, `sleep ${seconds}`, 'touch /tmp/ready', STAY),
  env: [{ name: 'MARK', value: mark }],
  readinessProbe: { periodSeconds: 1, failureThreshold: 30, exec: { command: ['cat', '/tmp/ready'] } },
});

describe.skipIf(withoutCluster || withoutRegistry)('a rollout in a real world', { timeout: 60_000 }, () => {
  let session: KubeSession;
  let namespace: string;
  const made: string[] = [];

  const makeNamespace = async (labels: JsonObject = {}): Promise<string> => {
    const name = await createNamespace(session, labels);
    made.push(name);
    return name;
  };
  const deployed = async (sketch: Sketch, where = namespace): Promise<Ending> => {
    await put(workload(sketch), where, session);
    const { name, kind = 'Deployment' } = sketch;
    return ending({ namespace: where, name, kind, timeoutMs: 50_000 }, session);
  };

  beforeAll(async () => {
    session = await sessionFor();
    await pushShell(repository);
    namespace = await makeNamespace();
  });

  afterAll(async () => {
    await Promise.all(made.map(name => deleteNamespace(name, session)));
    await emptied(`${open}/${repository}`);
    await docker('image', 'rm', '--force', image);
  });

  describe('where not every pod is let in', () => {
    const KINDS = ['Deployment', 'StatefulSet', 'Job'] as const;

    test.concurrent.each(KINDS)('a %s over its quota is told at once', async kind => {
      const where = await makeNamespace();
      const quota = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'small' },
        spec: { hard: { pods: '0' } },
      };
      const path = `/api/v1/namespaces/${where}/resourcequotas`;
      good(await session.ask({ method: 'POST', path, body: quota }), 'make a quota');
      const { problem } = await deployed({ name: 'shop', kind, container: stays }, where);
      expect(problem).toMatchObject({
        code: 'not-admitted',
        message: `The quota small does not admit the pods of ${kind} shop`,
        because: 'requested: pods=1, used: pods=0, limited: pods=0',
      });
      expect(problem?.lines?.[0]).toMatch(/^FailedCreate: /);
    });

    test.concurrent('Pod Security is told at once, with what it misses', async () => {
      const where = await makeNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      const { problem } = await deployed({ name: 'shop', container: stays }, where);
      expect(problem).toMatchObject({
        code: 'not-admitted',
        message: 'Pod Security restricted:latest does not admit the pods of Deployment shop',
        because: expect.stringContaining('must set securityContext.runAsNonRoot=true'),
      });
    });

    test.concurrent('an admission policy is told at once, by its name', async () => {
      const where = await makeNamespace();
      await usingPolicy(where, session, async name => {
        const { problem } = await deployed({ name: 'shop', container: stays }, where);
        expect(problem).toMatchObject({
          code: 'not-admitted',
          message: `The admission policy ${name} does not admit the pods of Deployment shop`,
          because: 'no pods on a Friday',
        });
      });
    });
  });

  test('a pull that fails for a while recovers, and is warned of', async () => {
    const proxy = await faultProxy(open);
    let end = Infinity;
    proxy.fail(({ url }) => {
      end = Math.min(end, performance.now() + 2_000);
      return url.includes('/manifests/') && performance.now() < end ? { answer: 503 } : undefined;
    });
    const { done, lines } = await deployed({
      name: 'flaky',
      container: { ...readyAfter(0), image: `${proxy.host}/${repository}:shell`, imagePullPolicy: 'Always' },
    });
    expect(done?.detail).toBe('1 of 1 new pods ready');
    expect(lines).toContainEqual(expect.stringMatching(/cannot be pulled: .*503 Service Unavailable; this may pass/));
  });

  test('success is never told before every new pod serves', async () => {
    for (const round of [1, 2, 3]) {
      const sketch = {
        name: 'often',
        container: readyAfter(1, String(round)),
        spec: { replicas: 2, selector: { matchLabels: { app: 'often' } } },
      };
      await put(workload(sketch), namespace, session);
      const { done } = await ending({ namespace, name: 'often', kind: 'Deployment', timeoutMs: 50_000 }, session);
      const pods = JSON.parse(await kubectl('-n', namespace, 'get', 'pods', '-l', 'app=often', '-o', 'json')).items;
      const alive = pods.filter((pod: JsonObject) => !(pod.metadata as JsonObject).deletionTimestamp);
      expect(alive.map((pod: { metadata: { name: string } }) => pod.metadata.name).sort()).toEqual(done?.pods.sort());
      for (const pod of alive) {
        expect(pod.spec.containers[0].env[0].value).toBe(String(round));
        expect(pod.status.conditions.find((each: JsonObject) => each.type === 'Ready').status).toBe('True');
      }
    }
  });

  test('a new release that fails says so while the old one serves on', async () => {
    const spec = { replicas: 2, selector: { matchLabels: { app: 'old' } } };
    expect((await deployed({ name: 'old', container: readyAfter(0), spec })).done).toBeDefined();
    const { problem } = await deployed({ name: 'old', container: { ...readyAfter(0), image: `${image}-no` }, spec });
    expect(problem?.message).toBe(`There is no image ${image}-no`);
    expect(await kubectl('-n', namespace, 'get', 'deployment', 'old', '-o', 'jsonpath={.status.readyReplicas}')).toBe(
      '2',
    );
  });

  test('a deadline that the release before has missed is no failure of the one that takes its place', async () => {
    const spec = { progressDeadlineSeconds: 2, selector: { matchLabels: { app: 'late' } } };
    const good = { name: 'late', container: readyAfter(0), spec };
    const bad = { ...good, container: { ...readyAfter(0), image: `${image}-no` } };
    expect((await deployed(good)).done).toBeDefined();
    await put(workload(bad), namespace, session);
    await firstLine(
      `/apis/apps/v1/namespaces/${namespace}/deployments?fieldSelector=metadata.name%3Dlate`,
      line => line.includes('"ProgressDeadlineExceeded"'),
      session,
    );
    expect((await deployed(good)).done?.detail).toBe('1 of 1 new pods ready');
    await put(workload(bad), namespace, session);
    const { problem } = await ending({ namespace, name: 'late', kind: 'Deployment', timeoutMs: 50_000 }, session);
    expect(problem?.message).toBe(`There is no image ${image}-no`);
    expect((await deployed({ ...good, container: readyAfter(0, 'new') })).done?.detail).toBe('1 of 1 new pods ready');
  });

  test('whether a container runs is asked of the runtime, whatever its status says', async () => {
    expect((await deployed({ name: 'gone', kind: 'Job', container: shell(image, 'exit 5') })).problem).toBeDefined();
    expect((await deployed({ name: 'there', container: readyAfter(0) })).done).toBeDefined();
    const runs = async (app: string): Promise<boolean> => {
      const pods = JSON.parse(await kubectl('-n', namespace, 'get', 'pods', '-l', `app=${app}`, '-o', 'json')).items;
      const [status] = pods[0].status.containerStatuses;
      const saysSo = { ...pods[0], status: { containerStatuses: [{ ...status, state: { running: {} } }] } };
      return stillRuns(saysSo, namespace, session);
    };
    expect([await runs('gone'), await runs('there')]).toEqual([false, true]);
  });

  test('a stuck pod of a StatefulSet is replaced, and only that', async () => {
    const sketch = { name: 'stuck', kind: 'StatefulSet', container: readyAfter(0) } as const;
    expect((await deployed(sketch)).done).toBeDefined();
    expect(await replaceStuckPods({ namespace, name: 'stuck' }, session)).toEqual([]);
    const bad = { ...sketch, container: { ...readyAfter(0), image: `${image}-no` } };
    expect((await deployed(bad)).problem?.code).toBe('image-pull');
    await put(workload(sketch), namespace, session);
    const stuck = await ending({ namespace, name: 'stuck', kind: 'StatefulSet', timeoutMs: 3_000 }, session);
    expect(stuck.problem?.code).toBe('timed-out');
    expect(await replaceStuckPods({ namespace, name: 'stuck' }, session)).toEqual(['stuck-0']);
    const healed = await ending({ namespace, name: 'stuck', kind: 'StatefulSet', timeoutMs: 50_000 }, session);
    expect(healed).toMatchObject({ done: { detail: '1 of 1 new pods ready' } });
  });

  test('the cap is a Problem of its own that names what is missing', async () => {
    await put(workload({ name: 'never', container: readyAfter(3600) }), namespace, session);
    const { problem } = await ending({ namespace, name: 'never', kind: 'Deployment', timeoutMs: 4_000 }, session);
    expect(problem).toMatchObject({ code: 'timed-out', message: 'Deployment never is not there after 4 s' });
    expect(problem?.because).toMatch(/^Deployment never runs, and does not become ready: Readiness probe failed/);
    expect(
      await problemOf(waitForRollout({ namespace, name: 'never', kind: 'Deployment', timeoutMs: 1 }, session, {})),
    ).toMatchObject({ code: 'timed-out' });
  });

  test('it ends with the reason of its signal, at once', async () => {
    const stop = new AbortController();
    const request = { namespace, name: 'never', kind: 'Deployment', timeoutMs: 50_000 } as const;
    const waiting = waitForRollout(request, session, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 1_000);
    await expect(waiting).rejects.toThrow('enough');
  });

  test('a watch that goes silent is noticed by the next list', async () => {
    const { hostname, port } = new URL(session.server);
    const proxy = await silentProxy(hostname, Number(port));
    const through = await sessionThrough(proxy.port);
    await put(workload({ name: 'silent', container: readyAfter(3) }), namespace, session);
    const waiting = ending({ namespace, name: 'silent', kind: 'Deployment', timeoutMs: 50_000 }, through);
    await sleep(1_500);
    proxy.freeze();
    const { done } = await waiting;
    expect(done?.detail).toBe('1 of 1 new pods ready');
  });

  test('a watch that the server calls too old is done without', async () => {
    const late: KubeSession = {
      ...session,
      stream: (request, onLine) =>
        session.stream({ ...request, path: request.path.replace(/resourceVersion=\d+/, 'resourceVersion=1') }, onLine),
    };
    await put(workload({ name: 'expired', container: readyAfter(2) }), namespace, session);
    const { done } = await ending({ namespace, name: 'expired', kind: 'Deployment', timeoutMs: 50_000 }, late);
    expect(done?.detail).toBe('1 of 1 new pods ready');
  });
});

/** The same cluster by another way, under the name that its certificate has. */
const sessionThrough = async (port: number): Promise<KubeSession> => {
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));
  const { cluster } = config.clusters[0];
  Object.assign(cluster, { server: `https://127.0.0.1:${port}`, 'tls-server-name': 'kubernetes' });
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = `${folderWith({ config: JSON.stringify(config) })}/config`;
  try {
    return await sessionFor();
  } finally {
    process.env.KUBECONFIG = before;
  }
};

const firstLine = async (path: string, isIt: (line: string) => boolean, session: KubeSession): Promise<number> => {
  const over = new AbortController();
  let at: number | undefined;
  const onLine = (line: string) => {
    if (at !== undefined || !isIt(line)) return;
    at = performance.now();
    over.abort();
  };
  await session.stream({ path: `${path}&watch=1`, signal: over.signal }, onLine).catch(() => {});
  return at ?? Number.NaN;
};

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

/** A policy that refuses all pods of one namespace, in force. */
const usingPolicy = async (namespace: string, session: KubeSession, work: (name: string) => Promise<void>) => {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const name = `${namespace}-policy`;
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const policy = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'false', message: 'no pods on a Friday' }],
    },
  };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  const binding = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector } },
  };
  const policies = `${ADMISSION}/validatingadmissionpolicies`;
  const bindings = `${ADMISSION}/validatingadmissionpolicybindings`;
  try {
    good(await session.ask({ method: 'POST', path: policies, body: policy }), 'make a policy');
    good(await session.ask({ method: 'POST', path: bindings, body: binding }), 'bind a policy');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'try' },
      spec: { containers: [{ name: 'app', image }] },
    };
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    while ((await session.ask({ method: 'POST', path, body: pod })).status !== 422) await sleep(200);
    await work(name);
  } finally {
    await session.ask({ method: 'DELETE', path: `${bindings}/${name}` });
    await session.ask({ method: 'DELETE', path: `${policies}/${name}` });
  }
};
