/** `bytechat kube …` with manifests of the user's, on a real cluster. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Answer } from '../../src/core/answer.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { BytechatError, type Problem } from '../../src/core/problem.ts';
import { type PipelineEvent, problemsOfReport, type Report } from '../../src/core/report.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { start } from '../contract/bytechat.ts';
import { kubectl, namespaceForTest, withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { folderWith, writeFiles } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';
import { open } from '../support/registry.ts';
import { countingProxy } from './support/mutations.ts';

const SECRET = 'correct-horse-battery-staple';

const configFor = (namespace: string): string =>
  `app: { name: shop, image: { repository: nowhere/shop } }\nkubernetes: { namespace: ${namespace} }\n`;

const image = `${open}/bytechat-test/busybox:kube-operations`;

const busybox = async (): Promise<string> => {
  await docker('tag', 'busybox:1.37', image);
  await docker('push', '--quiet', image);
  return image;
};

interface Project {
  readonly namespace: string;
  readonly root: string;
  readonly pipeline: Pipeline;
  readonly events: PipelineEvent[];
  write(files: Readonly<Record<string, string>>): void;
  get(...words: string[]): Promise<string>;
}

/** A project whose manifests lie in `k8s`, in a namespace of its own. */
const project = async (files: Readonly<Record<string, string>> = {}): Promise<Project> => {
  const namespace = await namespaceForTest();
  const root = folderWith({ 'bytechat.yaml': configFor(namespace), ...files });
  const events: PipelineEvent[] = [];
  return {
    namespace,
    root,
    events,
    pipeline: new Pipeline({ projectRoot: root, onEvent: event => events.push(event) }),
    write: more => writeFiles(root, more),
    get: (...words) => kubectl('-n', namespace, 'get', '--ignore-not-found', ...words),
  };
};

const problemOf = async (work: Promise<Report | Answer>): Promise<Problem> => {
  const ended = await work.catch((error: unknown) => error);
  if (ended instanceof BytechatError) return ended.problem;
  if (ended instanceof Error) throw ended;
  const [problem] = 'steps' in (ended as Report) ? problemsOfReport(ended as Report) : [];
  if (!problem) throw new Error('nothing went wrong');
  return problem;
};

const config = (name: string, value = 'one'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { key: ${value} }\n`;

const secret = (value: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData: { password: ${value} }\n`;

const POD = `securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: RuntimeDefault } }
      terminationGracePeriodSeconds: 0
      automountServiceAccountToken: false`;

const container = (command: string): string => `- name: main
          image: ${image}
          command: [sh, -c, '${command}']
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }`;

const deployment = (command = 'echo ready; sleep 1000', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${POD}
      containers:
        ${container(command)}
${more}`;

const diffOf = async ({ pipeline }: Project) => (await pipeline.ask('kube diff', { file: 'k8s' })).data as JsonObject;
const objectsOf = async (own: Project) => (await diffOf(own)).objects as readonly JsonObject[];
const apply = ({ pipeline }: Project, options = {}) => pipeline.run('kube apply', { file: 'k8s', ...options });

const stepsOf = ({ steps }: Report) =>
  steps.map(({ id, status }) => `${id} ${status}`).filter(step => !/^(check|lock) /.test(step));

describe.skipIf(withoutCluster)('kube apply', { timeout: 120_000 }, () => {
  test('applies a folder, does nothing the second time, and changes what has changed', async () => {
    await busybox();
    const own = await project({
      'k8s/a.yaml': `${config('one')}---\n${secret(SECRET)}---\n`,
      'k8s/b.yml': deployment(),
    });
    const first = await apply(own);
    expect(problemsOfReport(first)).toEqual([]);
    expect(stepsOf(first)).toEqual(['apply done', 'rollout done', 'record done']);
    expect(
      await own.get('deployment,configmap,secret', '-l', 'bytechat.dev/app=k8s,!bytechat.dev/role', '-o', 'name'),
    ).toBe('deployment.apps/web\nconfigmap/one\nsecret/login');
    expect(await own.get('secret', 'login', '-o', 'jsonpath={.data.password}')).toBe(
      Buffer.from(SECRET).toString('base64'),
    );
    expect(JSON.stringify(own.events)).not.toContain(SECRET);

    const counted = await countingProxy();
    const again = await apply({ ...own, pipeline: new Pipeline({ projectRoot: own.root }) });
    expect(problemsOfReport(again)).toEqual([]);
    expect(again).toMatchObject({ ok: true, changed: false, steps: [] });
    expect(counted.mutations()).toEqual([]);
    expect(counted.requests()).toBeGreaterThan(3);
    counted.end();

    own.write({ 'k8s/a.yaml': `${config('one', 'two')}---\n${secret(SECRET)}` });
    expect(await objectsOf(own)).toEqual([
      expect.objectContaining({
        action: 'change',
        what: 'ConfigMap/one',
        fields: [{ path: 'data.key', from: 'one', to: 'two', drift: false }],
      }),
    ]);
    expect(stepsOf(await apply(own))).toEqual(['apply done', 'record done']);
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data.key}')).toBe('two');
    expect(await objectsOf(own)).toEqual([]);
  });
  test('prunes what the files do not have any more, and nothing else', async () => {
    const own = await project({ 'k8s/a.yaml': config('one'), 'k8s/b.yaml': config('two') });
    await apply(own);
    await kubectl('-n', own.namespace, 'create', 'configmap', 'foreign', '--from-literal=a=b');
    rmSync(join(own.root, 'k8s/b.yaml'));
    expect(await objectsOf(own)).toEqual([{ action: 'delete', what: 'ConfigMap/two', fields: [] }]);
    expect(stepsOf(await apply(own))).toEqual(['prune done']);
    const left = await own.get('configmap', '-o', 'jsonpath={.items[*].metadata.name}');
    expect(left.split(' ')).toEqual(expect.arrayContaining(['foreign', 'one', 'k8s-inventory']));
    expect(left).not.toContain('two');

    rmSync(join(own.root, 'k8s/a.yaml'));
    expect(await problemOf(apply(own))).toMatchObject({ code: 'empty-set' });
    expect(await own.get('configmap', 'one', '-o', 'name')).toBe('configmap/one');
  });

  test('leaves alone what is not of the set, unless it is adopted', async () => {
    const own = await project({ 'k8s/a.yaml': config('one'), 'other.yaml': config('one', 'mine') });
    await kubectl('-n', own.namespace, 'create', 'configmap', 'one', '--from-literal=key=theirs');
    expect(await problemOf(apply(own))).toMatchObject({ code: 'name-taken', fix: expect.stringContaining('--adopt') });
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data.key}')).toBe('theirs');
    expect(await apply(own, { adopt: true })).toMatchObject({ ok: true });
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data.key}')).toBe('one');
    expect(await problemOf(own.pipeline.run('kube apply', { file: 'other.yaml', adopt: true }))).toMatchObject({
      code: 'name-taken',
      message: 'ConfigMap/one belongs to k8s',
      where: { file: expect.stringMatching(/other\.yaml$/), line: 1 },
    });
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data.key}')).toBe('one');
  });

  test('says where a field stands that no such object has, before anything is changed', async () => {
    const own = await project({
      'k8s/a.yaml': config('one'),
      'k8s/b.yaml': deployment('true', '          imagePolicy: Never\n'),
    });
    expect(await problemOf(apply(own))).toMatchObject({
      code: 'unknown-key',
      message: expect.stringContaining('imagePolicy'),
      where: { file: expect.stringMatching(/k8s\/b\.yaml$/), line: 18, column: 11 },
    });
    own.write({
      'k8s/b.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{ port: 99999 }]\n',
    });
    expect(await problemOf(apply(own))).toMatchObject({
      code: 'invalid-value',
      where: { file: expect.stringMatching(/k8s\/b\.yaml$/), line: 6 },
    });
    expect(await own.get('configmap', 'one', '-o', 'name')).toBe('');
  });

  test('waits for a definition before it makes what is defined', async () => {
    const group = `${Date.now()}.test.bytechat.dev`;
    const own = await project({ 'k8s/a.yaml': gadget(group), 'k8s/z.yaml': definition(group) });
    onTestFinished(
      async () => void (await kubectl('delete', 'crd', `gadgets.${group}`, '--ignore-not-found', '--wait=false')),
    );
    expect(problemsOfReport(await apply(own))).toEqual([]);
    expect(await own.get(`gadgets.${group}`, '-o', 'name')).toBe(`gadget.${group}/one`);
    expect(await apply(own)).toMatchObject({ ok: true, steps: [] });
    own.write({ 'k8s/a.yaml': gadget(group, '  colour: red\n') });
    expect(await problemOf(apply(own))).toMatchObject({ code: 'unknown-key', where: { line: 6 } });

    own.write({ 'other.yaml': gadget(group).replace('one', 'foreign') });
    await own.pipeline.run('kube apply', { file: 'other.yaml' });
    expect(await problemOf(own.pipeline.run('kube delete', { name: 'k8s' }))).toMatchObject({
      code: 'name-taken',
      because: expect.stringContaining('Gadget/foreign'),
    });
    expect(await own.get(`gadgets.${group}`, 'one', '-o', 'name')).toBe(`gadget.${group}/one`);
    expect(await own.pipeline.run('kube delete', { name: 'other' })).toMatchObject({ ok: true });
    expect(await own.pipeline.run('kube delete', { name: 'k8s' })).toMatchObject({ ok: true });
    expect(await kubectl('get', 'crd', `gadgets.${group}`, '--ignore-not-found')).toBe('');
  });

  test('puts back what was, when something cannot start', async () => {
    const own = await project({ 'k8s/a.yaml': `${config('one')}---\n${secret(SECRET)}` });
    await apply(own);
    own.write({
      'k8s/a.yaml': `${config('one', 'two')}---\n${secret(SECRET)}`,
      'k8s/job.yaml': job('echo no luck today; exit 3'),
    });
    const report = await apply(own);
    const [problem] = problemsOfReport(report);
    expect(problem).toMatchObject({ code: 'rollout-failed', lines: expect.arrayContaining(['no luck today']) });
    expect(stepsOf(report)).toEqual(['apply undone', 'rollout failed', 'record pending']);
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data.key}')).toBe('one');
    expect(await own.get('job', '-o', 'name')).toBe('');
    const evidence = readFileSync(join(problem?.evidence ?? '', 'job-migrate-workload.json'), 'utf8');
    expect(evidence).toContain('migrate');
    rmSync(join(own.root, 'k8s/job.yaml'));
    own.write({ 'k8s/a.yaml': `${config('one')}---\n${secret(SECRET)}` });
    expect(await objectsOf(own)).toEqual([]);
  });

  test('puts right what somebody else has changed', async () => {
    const own = await project({ 'k8s/a.yaml': `${config('one')}---\n${secret(SECRET)}` });
    await apply(own);
    const patch = (what: string, how: string) => kubectl('-n', own.namespace, 'patch', ...what.split(' '), '-p', how);
    await patch('configmap one', '{"data":{"key":"drifted","more":"theirs"}}');
    expect(await objectsOf(own)).toMatchObject([
      {
        what: 'ConfigMap/one',
        fields: [{ path: 'data.key', from: 'drifted', to: 'one', drift: true }],
        besides: [{ path: 'data.more', value: 'theirs', by: 'kubectl-patch' }],
      },
    ]);
    expect(stepsOf(await apply(own))).toEqual(['apply done', 'record done']);
    expect(await own.get('configmap', 'one', '-o', 'jsonpath={.data}')).toBe('{"key":"one","more":"theirs"}');

    own.write({ 'k8s/b.yaml': SERVICE });
    await apply(own);
    await patch('service web --type=json', '[{"op":"replace","path":"/spec/ports/0/port","value":81}]');
    expect(await apply(own)).toMatchObject({ ok: true, changed: true });
    expect(await own.get('service', 'web', '-o', 'jsonpath={.spec.ports[*].port}')).toBe('80');
    expect(await objectsOf(own)).toMatchObject([{ action: 'keep', what: 'ConfigMap/one' }]);
  });

  test('shows no value of a secret, old or new', async () => {
    const [older, newer] = ['hunter2-hunter2', 'tr0ub4dor-and-3'];
    const own = await project({ 'k8s/a.yaml': secret(older) });
    await apply(own);
    const coded = Buffer.from(newer).toString('base64');
    own.write({
      'k8s/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\ndata: { password: ${coded} }\n`,
    });
    const diff = await diffOf(own);
    expect(diff.objects).toEqual([
      expect.objectContaining({
        fields: [{ path: 'data.password', from: '*** (before)', to: '***', drift: false }],
      }),
    ]);
    const plan = await own.pipeline.plan('kube apply', { file: 'k8s' });
    const report = await own.pipeline.runPlan(JSON.parse(JSON.stringify(plan)));
    expect(report).toMatchObject({ ok: true, changed: true });
    expect(await own.get('secret', 'login', '-o', 'jsonpath={.data.password}')).toBe(coded);
    const inventory = await own.get('configmap', 'k8s-inventory', '-o', 'json');
    for (const value of [older, newer])
      for (const form of [value, Buffer.from(value).toString('base64')])
        expect(JSON.stringify([diff, plan, report, own.events, inventory])).not.toContain(form);
  });
});

const definition = (group: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: gadgets, singular: gadget, kind: Gadget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
`;

const gadget = (group: string, more = ''): string =>
  `apiVersion: ${group}/v1\nkind: Gadget\nmetadata: { name: one }\nspec:\n  size: 1\n${more}`;

const job = (command: string): string => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      ${POD}
      containers:
        ${container(command)}
`;

describe.skipIf(withoutCluster)('a set that is there', { timeout: 120_000 }, () => {
  test('says what is ready and why not, prints its logs, and is deleted without anything else', async () => {
    await busybox();
    const own = await project({
      'k8s/a.yaml': `${deployment()}---\n${SERVICE}---\n${CLAIM}`,
      'more.yaml': config('more'),
    });
    expect((await own.pipeline.ask('kube status', { name: 'k8s' })).ok).toBe(false);
    expect(problemsOfReport(await apply(own))).toEqual([]);
    await own.pipeline.run('kube apply', { file: 'more.yaml' });
    const { ok, data } = await own.pipeline.ask('kube status', { name: 'k8s' });
    expect(data).toMatchObject({
      objects: 3,
      missing: [],
      workloads: [{ what: 'Deployment/web', ready: 1, wanted: 1, updated: 1, done: true, said: '' }],
      pods: [{ phase: 'Running', ready: true, restarts: 0 }],
      services: [{ name: 'web', type: 'ClusterIP', addresses: [expect.stringMatching(/:80$/)] }],
      claims: [{ name: 'kept', size: '10Mi' }],
    });
    expect(ok).toBe(Reflect.get(Object(data), 'claims')[0].phase === 'Bound');

    own.events.length = 0;
    expect(await own.pipeline.run('kube logs', { name: 'k8s', lines: 5 })).toMatchObject({ ok: true });
    expect(own.events.flatMap(event => (event.type === 'output' ? [event.line] : []))).toEqual([
      expect.stringMatching(/^web-[^ ]+: ready$/),
    ]);

    await kubectl('-n', own.namespace, 'set', 'image', 'deployment/web', `main=${open}/bytechat-test/no-such:1`);
    await expect
      .poll(async () => JSON.stringify((await own.pipeline.ask('kube status', { name: 'k8s' })).data), {
        timeout: 30_000,
        interval: 500,
      })
      .toContain('no-such:1');

    const gone = await own.pipeline.run('kube delete', { name: 'k8s' });
    expect(problemsOfReport(gone)).toEqual([]);
    expect(await own.get('deployment,service,pod', '-o', 'name')).toBe('');
    expect(await own.get('pvc,configmap', '-l', 'bytechat.dev/app,!bytechat.dev/role', '-o', 'name')).toBe(
      'persistentvolumeclaim/kept\nconfigmap/more',
    );
    expect(await own.pipeline.run('kube delete', { name: 'k8s', data: true })).toMatchObject({ ok: true });
    expect(await own.get('pvc', '-o', 'name')).toBe('');
    expect(await own.get('configmap,lease', '-l', 'bytechat.dev/app=k8s', '-o', 'name')).toBe('');
    expect(await own.pipeline.run('kube delete', { name: 'k8s', data: true })).toMatchObject({ ok: true, steps: [] });
  });

  test('keeps the claims that its StatefulSet has made, until the data may go', async () => {
    await busybox();
    const own = await project({ 'k8s/db.yaml': statefulSet });
    expect(problemsOfReport(await apply(own))).toEqual([]);
    expect(await own.pipeline.ask('kube status', { name: 'k8s' })).toMatchObject({
      ok: true,
      data: { claims: [{ name: 'data-db-0', phase: 'Bound' }] },
    });
    expect(await own.pipeline.run('kube delete', { name: 'k8s' })).toMatchObject({ ok: true });
    expect(await own.get('statefulset,pod,pvc', '-o', 'name')).toBe('persistentvolumeclaim/data-db-0');
    expect(await own.pipeline.run('kube delete', { name: 'k8s', data: true })).toMatchObject({ ok: true });
    expect(await own.get('pvc', '-o', 'name')).toBe('');
  });

  test('is found again by the next run when one was killed in the middle', async () => {
    await busybox();
    const own = await project({ 'k8s/a.yaml': config('one'), 'k8s/b.yaml': never() });
    const run = start(own.root, ['kube', 'apply', '--file', 'k8s'], { KUBECONFIG: process.env.KUBECONFIG });
    await run.said('rollout   start');
    run.kill('SIGKILL');
    await run.ended;
    rmSync(join(own.root, 'k8s/b.yaml'));
    const next = await new Pipeline({ projectRoot: own.root, lockWaitMs: 60_000 }).run('kube apply', { file: 'k8s' });
    expect(stepsOf(next)).toEqual(['prune done']);
    expect(await own.get('deployment', '-o', 'name')).toBe('');
  });

  test('is reached by a port-forward, until Ctrl-C', async () => {
    await busybox();
    const serve = 'mkdir /dev/shm/w; echo hello > /dev/shm/w/index.html; httpd -f -p 8080 -h /dev/shm/w';
    const own = await project({ 'k8s/a.yaml': `${deployment(serve)}---\n${SERVICE}` });
    expect(problemsOfReport(await apply(own))).toEqual([]);
    const port = await freePorts(1);
    const words = ['kube', 'port-forward', '--service', 'web', '--to', '8080', '--port', String(port)];
    const run = start(own.root, words, { KUBECONFIG: process.env.KUBECONFIG });
    await run.said(`http://localhost:${port}`);
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('hello\n');
    run.kill('SIGINT');
    expect(await run.ended).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(new RegExp(`^http://localhost:${port}`)),
    });
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow();
  });
});

/** It runs and is never ready. */
const never = (): string =>
  deployment().replace('- name: main', '- name: main\n          readinessProbe: { exec: { command: ["false"] } }');

const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      ${POD}
      containers:
        ${container('sleep 1000')}
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Mi } } }
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: kept }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Mi } } }
`;
