/** What is looked at before a deploy to Kubernetes changes anything, on a real cluster. */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { rightAsText } from '../../src/checks/permissions.ts';
import { registry } from '../../src/clients/registry.ts';
import { call } from '../../src/core/action.ts';
import type { Demand, Right } from '../../src/core/facts/demand.ts';
import type { Problem } from '../../src/core/problem.ts';
import { type PipelineEvent, problemsOfReport, type Report } from '../../src/core/report.ts';
import { Pipeline, type PipelineOptions } from '../../src/pipeline.ts';
import { writeApp } from '../contract/app.ts';
import { kubectl, namespaceForTest, withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { folderWith } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';
import { emptied, locked, login, open, ownName, realOptions, withoutRegistry } from '../support/registry.ts';
import { newcomer, requestsFrom, withPeople } from './support/kube-people.ts';

const DOCKERFILE = `FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]
`;

interface Sketch {
  readonly namespace: string;
  readonly stateless?: boolean;
  readonly context?: string;
  readonly host?: string;
  /** Lines of `kubernetes`, and of the file. */
  readonly kubernetes?: string;
  readonly file?: string;
  readonly image?: string;
  /** It is also asked by a program in its pod. */
  readonly exec?: boolean;
  readonly options?: PipelineOptions;
}

interface Project {
  readonly root: string;
  readonly repository: string;
  readonly pipeline: Pipeline;
  readonly events: readonly PipelineEvent[];
  write(text: string): void;
}

/** The little app in a namespace that is there. Whatever it has made on this machine goes with the test. */
const project = async (sketch: Sketch): Promise<Project> => {
  const {
    namespace,
    stateless = true,
    context,
    host = open,
    kubernetes = '',
    file = '',
    image = '',
    exec = false,
  } = sketch;
  const repository = `${host}/${ownName()}`;
  const port = await freePorts(1);
  const root = folderWith({
    Dockerfile: DOCKERFILE,
    '.dockerignore': '*\n!app\n',
    'bytechat.yaml': `target: kubernetes
app:
  name: little
  image: { repository: ${repository}${image} }
  container: { stateless: ${stateless} }
  port: ${port}
  drain: 1
  health: [{ http: /healthz }${exec ? ", { exec: [/nodejs/bin/node, -e, '0'] }" : ''}]
kubernetes:
  namespace: ${namespace}
  cpu: 10m
  memory: 128Mi
${context === undefined ? '' : `  context: ${context}\n`}${kubernetes}
health: { within: 40, passes: 1 }
${file}`,
  });
  writeApp(join(root, 'app'), { text: 'one' });
  const events: PipelineEvent[] = [];
  const pipeline = new Pipeline({ projectRoot: root, onEvent: event => events.push(event), ...sketch.options });
  onTestFinished(async () => {
    await new Pipeline({ projectRoot: root }).run('destroy', { data: true }).catch(() => {});
    await emptied(repository).catch(() => {});
    const images = await docker('image', 'ls', '--quiet', repository);
    for (const id of new Set(images.split('\n').filter(Boolean)))
      await docker('image', 'rm', '--force', id).catch(() => {});
  });
  return { root, repository, pipeline, events, write: text => writeApp(join(root, 'app'), { text }) };
};

const problemsIn = (report: Report): readonly Problem[] => problemsOfReport(report);
const succeeded = (report: Report): Report => {
  expect({ ok: report.ok, problems: problemsIn(report).filter(({ level }) => level !== 'warning') }).toEqual({
    ok: true,
    problems: [],
  });
  return report;
};

/** What a test has not made, and nobody but Kubernetes puts into each namespace. */
const madeIn = async (namespace: string): Promise<string> =>
  kubectl(
    'get',
    'configmap,secret,service,deployment,statefulset,lease,pod',
    '-n',
    namespace,
    '-l',
    'bytechat.dev/app',
    '-o',
    'name',
  );

const mayDo = ({ verb, group, resource }: Right, namespace: string, context: string): Promise<boolean> => {
  const [name, below] = resource.split('/');
  const kind = group === '' ? `${name}` : `${name}.${group}`;
  const more = below === undefined ? [] : [`--subresource=${below}`];
  return kubectl('auth', 'can-i', verb, kind, ...more, '-n', namespace, '--context', context).then(
    said => said === 'yes',
    () => false,
  );
};

describe.skipIf(withoutCluster || withoutRegistry)('before a deploy', { timeout: 180_000 }, () => {
  test('a viewer is told exactly what is missing, and nothing is changed', async () => {
    const namespace = await namespaceForTest();
    await withPeople({ viewer: process.env.BYTECHAT_TEST_KUBE_VIEWER_TOKEN ?? '' });
    const { pipeline } = await project({ namespace, context: 'viewer' });
    const { rights } = (await pipeline.plan('deploy')).facts.demand as unknown as Demand;
    const report = await pipeline.deploy();
    const [problem, ...more] = problemsIn(report);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'no-permission', message: expect.stringContaining(`needs in ${namespace}`) });
    expect(rights.length).toBeGreaterThan(40);
    const missing: string[] = [];
    for (const right of rights) if (!(await mayDo(right, namespace, 'viewer'))) missing.push(rightAsText(right));
    expect(missing).not.toEqual([]);
    expect(missing.length).toBeLessThan(rights.length);
    expect([...(problem?.lines ?? [])].sort()).toEqual(missing.sort());
    expect(await madeIn(namespace)).toBe('');
  });

  test.for([true, false])(
    'stateless %s: the command of the fix grants all that is needed, to the end',
    async stateless => {
      const namespace = await namespaceForTest();
      await withPeople({ ci: await newcomer(namespace) });
      const { pipeline, write } = await project({ namespace, stateless, context: 'ci', exec: true });
      const [problem, ...more] = problemsIn(await pipeline.deploy());
      expect(more).toEqual([]);
      expect(problem?.message).toBe(
        `system:serviceaccount:${namespace}:ci may not do all that a deploy needs in ${namespace}`,
      );
      const command = problem?.fix?.split('run: ')[1] ?? '';
      await promisify(execFile)('sh', ['-c', command]);
      succeeded(await pipeline.deploy());
      write('two');
      succeeded(await pipeline.deploy());
      expect(succeeded(await pipeline.rollback()).changed).toBe(true);
      succeeded(await pipeline.run('destroy'));
      expect(await kubectl('get', 'deployment,statefulset,pod', '-n', namespace, '-o', 'name')).toBe('');
    },
  );

  test('a no-op asks for nothing that counts as a change, and a change asks first', async () => {
    const namespace = await namespaceForTest();
    const { pipeline } = await project({ namespace });
    const asked = requestsFrom();
    const isReview = (line: string): boolean => line.includes('selfsubjectaccessreviews');
    succeeded(await pipeline.deploy());
    const changes = asked.filter(line => !line.startsWith('GET'));
    expect(changes.filter(isReview).length).toBeGreaterThan(0);
    expect(changes.findIndex(line => !isReview(line))).toBe(changes.filter(isReview).length);
    const before = asked.length;
    expect(succeeded(await pipeline.deploy()).changed).toBe(false);
    const after = asked.slice(before);
    expect(after.length).toBeGreaterThan(10);
    expect(after.filter(line => !line.startsWith('GET'))).toEqual([]);
    expect(after.filter(line => /storageclasses|resourcequotas|nodes/.test(line))).toEqual([]);
    const { checks } = succeeded(await pipeline.validateDeploymentPrerequisites());
    expect(asked.filter(isReview).length).toBeGreaterThan(changes.filter(isReview).length);
    expect(checks).toBeGreaterThan(20);
  });

  test('all that is wrong is told at once, and nothing is made', async () => {
    const namespace = await namespaceForTest();
    await kubectl('create', 'quota', 'team', '-n', namespace, '--hard=pods=0,requests.cpu=5m,requests.storage=100Mi');
    const kubernetes =
      '  storage: { class: golden }\n  tls: cert\n  expose: { type: gateway, class: envoy, host: little.example.org }\n';
    const { pipeline } = await project({
      namespace,
      stateless: false,
      kubernetes,
      image: ', platform: linux/arm64',
      file: 'registry: { username: ci, password: NOT_SET_ANYWHERE }',
    });
    const problems = problemsIn(await pipeline.deploy());
    expect(problems.map(({ message }) => message)).toEqual([
      'The secret NOT_SET_ANYWHERE is not set',
      'The cluster serves no Gateway of gateway.networking.k8s.io/v1',
      'The cluster serves no HTTPRoute of gateway.networking.k8s.io/v1',
      'There is no StorageClass golden',
      `The quota team in ${namespace} has no room for this deploy`,
      'The image is for linux/arm64, and no node is',
      `There is no Secret cert in ${namespace}`,
    ]);
    const classes = await kubectl('get', 'storageclasses', '-o', 'jsonpath={.items[*].metadata.name}');
    expect(problems[3]?.allowed?.toSorted()).toEqual(classes.split(' ').toSorted());
    expect(problems[4]?.lines).toEqual([
      'pods: 1 more needed, 0 of 0 used',
      'requests.cpu: 10m more needed, 0 of 5m used',
      'requests.storage: 1Gi more needed, 0 of 100Mi used',
    ]);
    expect(await madeIn(namespace)).toBe('');
  });

  test('a quota that fits exactly lets a deploy through, and holds up the pod that a change needs besides', async () => {
    const namespace = await namespaceForTest();
    await kubectl(
      'create',
      'quota',
      'team',
      '-n',
      namespace,
      '--hard=pods=2,requests.cpu=20m,limits.memory=256Mi,count/deployments.apps=1',
    );
    const { pipeline, write } = await project({ namespace });
    succeeded(await pipeline.deploy());
    // The quota's own count follows a moment later.
    await vi.waitFor(
      async () =>
        expect(await kubectl('get', 'quota', 'team', '-n', namespace, '-o', 'jsonpath={.status.used.pods}')).toBe('2'),
      { timeout: 10_000 },
    );
    write('two');
    const [problem] = problemsIn(await pipeline.deploy());
    expect(problem?.lines).toEqual([
      'limits.memory: 128Mi more needed, 256Mi of 256Mi used',
      'pods: 1 more needed, 2 of 2 used',
      'requests.cpu: 10m more needed, 20m of 20m used',
    ]);
    await kubectl('delete', 'quota', 'team', '-n', namespace);
    await kubectl('create', 'quota', 'team', '-n', namespace, '--hard=pods=3,requests.cpu=30m,limits.memory=384Mi');
    await vi.waitFor(
      async () =>
        expect(await kubectl('get', 'quota', 'team', '-n', namespace, '-o', 'jsonpath={.status.used.pods}')).toBe('2'),
      { timeout: 10_000 },
    );
    succeeded(await pipeline.deploy());
  });

  test('limits that the namespace sets', async () => {
    const namespace = await namespaceForTest();
    const limits = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'sane', namespace },
      spec: {
        limits: [
          { type: 'Container', max: { memory: '64Mi' }, min: { cpu: '20m' } },
          { type: 'PersistentVolumeClaim', max: { storage: '500Mi' } },
        ],
      },
    };
    await applied(limits);
    const { pipeline } = await project({ namespace, stateless: false });
    expect(problemsIn(await pipeline.deploy()).map(({ message }) => message)).toEqual([
      'A volume of 1Gi is not admitted',
      `A pod with 10m of cpu is not admitted in ${namespace}`,
      `A pod with 128Mi of memory is not admitted in ${namespace}`,
    ]);
  });

  test('an ingress that nobody serves', async () => {
    const namespace = await namespaceForTest();
    const { pipeline } = await project({
      namespace,
      kubernetes: '  expose: { type: ingress, class: nowhere, host: little.example.org }\n',
    });
    expect(problemsIn(await pipeline.deploy())).toMatchObject([
      { code: 'invalid-value', message: 'There is no IngressClass nowhere' },
    ]);
  });

  test('a certificate that is of no use', async () => {
    const namespace = await namespaceForTest();
    const kubernetes = '  tls: cert\n  expose: { type: loadBalancer, host: little.example.org }\n';
    const { pipeline } = await project({ namespace, kubernetes });
    const told = async (): Promise<string[]> =>
      problemsIn(await pipeline.validateDeploymentPrerequisites()).map(({ message }) => message);
    await kubectl('create', 'secret', 'generic', 'cert', '-n', namespace, '--from-literal=a=b');
    expect(await told()).toEqual(['The Secret cert is of type Opaque']);
    await withCertificate(namespace, 'other.example.org', '2');
    expect(await told()).toEqual(['The certificate in cert is not for little.example.org']);
    await withCertificate(namespace, 'little.example.org', '-1');
    expect(await told()).toEqual(['The certificate in cert has expired']);
    await withCertificate(namespace, 'little.example.org', '2');
    expect(await told()).toEqual([]);
  });

  test('the platforms of an image and of an index, as the registry tells them', async () => {
    const repository = `${open}/${ownName()}`;
    onTestFinished(() => emptied(repository));
    const folder = folderWith({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    for (const arch of ['amd64', 'arm64']) {
      const image = `${repository}:${arch}`;
      await docker('build', '--quiet', '--platform', `linux/${arch}`, '--provenance=false', '--tag', image, folder);
      onTestFinished(async () => void (await docker('image', 'rm', '--force', image)));
      await docker('push', '--quiet', image);
    }
    const sources = ['amd64', 'arm64'].map(arch => `${repository}:${arch}`);
    await docker('buildx', 'imagetools', 'create', '--tag', `${repository}:both`, ...sources);
    const ask = (image: string) => registry(call('registry', 'platforms', { image }), realOptions());
    expect(await ask(`${repository}:arm64`)).toEqual({ image: ['linux/arm64'], gone: false });
    expect(await ask(`${repository}:both`)).toEqual({ image: ['linux/amd64', 'linux/arm64'], gone: false });
    expect(await ask(`${repository}:nobody`)).toEqual({ image: [], gone: true });
    expect(await ask('127.0.0.1:9/shop:1')).toEqual({ image: [], gone: false });
  });

  test('a release whose image is gone is not gone back to', async () => {
    const namespace = await namespaceForTest();
    const { pipeline, write, repository } = await project({ namespace });
    succeeded(await pipeline.deploy());
    write('two');
    succeeded(await pipeline.deploy());
    await emptied(repository);
    expect(problemsIn(await pipeline.rollback())).toMatchObject([
      { code: 'image-pull', message: expect.stringMatching(/ is not at its registry any more$/) },
    ]);
  });
});

const applied = async (object: object): Promise<string> =>
  kubectl('apply', '-f', join(folderWith({ 'object.json': JSON.stringify(object) }), 'object.json'));

/** A certificate that signs itself, in the Secret `cert` of the namespace. */
const withCertificate = async (namespace: string, host: string, days: string): Promise<void> => {
  const folder = folderWith({});
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const request = join(folder, 'request.pem');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const named = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', ...curve, ...named, '-keyout', key, '-out', request);
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', days, '-copy_extensions', 'copy', '-out', cert);
  await kubectl('delete', 'secret', 'cert', '-n', namespace, '--ignore-not-found');
  await kubectl('create', 'secret', 'tls', 'cert', '-n', namespace, `--cert=${cert}`, `--key=${key}`);
};

describe.skipIf(withoutCluster || withoutRegistry)('a registry with a password', { timeout: 180_000 }, () => {
  const secret = process.env[login.password] ?? '';
  const auth = Buffer.from(`${login.username}:${secret}`).toString('base64');

  test('nodes pull with it, a no-op stays one, and nobody else gets to see it', async () => {
    const namespace = await namespaceForTest();
    vi.stubEnv('DOCKER_CONFIG', folderWith({}));
    onTestFinished(() => void vi.unstubAllEnvs());
    const file = `registry: { username: ${login.username}, password: ${login.password} }`;
    const { root, pipeline, events, write } = await project({ namespace, host: locked, file });
    const plan = await pipeline.plan('deploy');
    const report = succeeded(await pipeline.deploy());
    expect(succeeded(await pipeline.deploy()).changed).toBe(false);
    write('two');
    succeeded(await pipeline.deploy());
    expect(succeeded(await pipeline.rollback()).changed).toBe(true);
    const stored = await kubectl('get', 'secret', 'little-registry', '-n', namespace, '-o', 'json');
    const { type, data } = JSON.parse(stored) as { type: string; data: Record<string, string> };
    expect(type).toBe('kubernetes.io/dockerconfigjson');
    expect(JSON.parse(Buffer.from(data['.dockerconfigjson'] ?? '', 'base64').toString())).toEqual({
      auths: { [locked]: { username: login.username, password: secret, auth } },
    });
    const books = await kubectl('get', 'configmap,deployment,pod', '-n', namespace, '-o', 'json');
    const local = await promisify(execFile)('grep', ['-rl', '-e', secret, '-e', auth, root]).then(
      ({ stdout }) => stdout,
      () => '',
    );
    for (const text of [JSON.stringify([plan, report, events]), books, local])
      for (const form of [secret, auth, Buffer.from(secret).toString('base64')]) expect(text).not.toContain(form);
    expect(local).toBe('');
    expect(readFileSync(join(root, 'bytechat.yaml'), 'utf8')).toContain(login.password);
  });

  test('a password that has changed is applied, without a new pod', async () => {
    const namespace = await namespaceForTest();
    vi.stubEnv('DOCKER_CONFIG', folderWith({}));
    onTestFinished(() => void vi.unstubAllEnvs());
    const file = `registry: { username: ${login.username}, password: ${login.password} }`;
    const { root, pipeline, repository } = await project({ namespace, host: locked, file });
    succeeded(await pipeline.deploy());
    const pods = await kubectl('get', 'pod', '-n', namespace, '-o', 'name');
    const digest = await docker('inspect', '--format', '{{index .RepoDigests 0}}', await tagOf(repository));
    const env = { ...process.env, [login.password]: 'another-password' };
    // The registry lets only the old one in, so its answer stands in for it.
    const answers = async ({ method }: { readonly method: string }) => {
      if (method === 'glance') return { digest: digest.split('@')[1] ?? '' };
      return { image: ['linux/amd64'], gone: false };
    };
    const changed = new Pipeline({ projectRoot: root, env, clients: { registry: answers } });
    const plan = await changed.plan('deploy');
    expect(plan.steps[0]?.changes.map(({ what }) => what)).toEqual(['Secret/little-registry']);
    succeeded(await changed.deploy());
    const stored = await kubectl('get', 'secret', 'little-registry', '-n', namespace, '-o', 'jsonpath={.data}');
    expect(Buffer.from(JSON.parse(stored)['.dockerconfigjson'], 'base64').toString()).toContain('another-password');
    expect(await kubectl('get', 'pod', '-n', namespace, '-o', 'name')).toBe(pods);
    expect((await changed.deploy()).changed).toBe(false);
  });

  test('without it the refused pull is named', async () => {
    const namespace = await namespaceForTest();
    const config = { auths: { [locked]: { auth } } };
    vi.stubEnv('DOCKER_CONFIG', folderWith({ 'config.json': JSON.stringify(config) }));
    onTestFinished(() => void vi.unstubAllEnvs());
    const { pipeline, repository } = await project({ namespace, host: locked });
    const report = await pipeline.deploy();
    expect(report.ok).toBe(false);
    expect(problemsIn(report)[0]).toMatchObject({ code: 'image-pull', message: expect.stringContaining(repository) });
  });
});

const tagOf = async (repository: string): Promise<string> =>
  (await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository)).split('\n')[0] ?? '';
