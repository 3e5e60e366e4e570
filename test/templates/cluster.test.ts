import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jsonForYaml } from '../../src/core/json.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { writeApp } from '../contract/app.ts';
import { kubectl, namespaceForTest, withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { emptied, open, ownName, withoutRegistry } from '../support/registry.ts';
import { dryRun } from './support/dry-run.ts';
import { isBuiltIn } from './support/fields.ts';
import { CHART, withoutHelm } from './support/helm.ts';
import { type ChartValues, SAMPLES, valuesWith } from './support/values.ts';

describe.skipIf(withoutCluster)('the API server', () => {
  /** Google's ingress alone goes by an annotation that Kubernetes would rather not see. */
  const deprecated = (values: ChartValues) =>
    values.expose.class === 'gce' ? [expect.stringContaining('"kubernetes.io/ingress.class" is deprecated')] : [];

  test('accepts every object and warns of nothing', async () => {
    const namespace = await namespaceForTest();
    for (const [name, sample] of Object.entries(SAMPLES)) {
      const values = { ...sample, namespace };
      const answers = await Promise.all(objectsOf(values).filter(isBuiltIn).map(dryRun));
      const refused = answers.filter(({ status }) => status > 201).map(({ body }) => body);
      expect({ name, refused }).toEqual({ name, refused: [] });
      expect({ name, warnings: answers.flatMap(({ warnings }) => warnings) }).toEqual({
        name,
        warnings: deprecated(values),
      });
    }
  });

  test('would say so if it were otherwise', async () => {
    const namespace = await namespaceForTest();
    const [workload] = objectsOf(valuesWith({ namespace })).filter(({ kind }) => kind === 'StatefulSet');
    const text = JSON.stringify(workload).replace('"runAsNonRoot":true', '"runAsNonRoot":false');
    const { warnings } = await dryRun(JSON.parse(text));
    expect(warnings).toEqual([expect.stringContaining('would violate PodSecurity')]);
    const { status } = await dryRun(JSON.parse(text.replace('"replicas":1', '"replicas":-1')));
    expect(status).toBe(422);
  });
});

const DOCKERFILE = `FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY server.js package.json /app/
WORKDIR /app
USER 65532:65532
ENV PATH=/nodejs/bin
CMD ["server.js"]
`;

/** The little app as an image in the open registry, by its digest. */
const pushedApp = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'bytechat-chart-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  writeApp(folder, { text: 'from a chart' });
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  const repository = `${open}/${ownName()}`;
  const tag = `${repository}:1`;
  await docker('build', '--quiet', '--tag', tag, folder);
  onTestFinished(async () => void (await docker('image', 'rm', '--force', tag)));
  await docker('push', '--quiet', tag);
  onTestFinished(() => emptied(repository));
  return docker('inspect', '--format', '{{index .RepoDigests 0}}', tag);
};

const helm = async (args: readonly string[], values?: ChartValues): Promise<string> => {
  const running = promisify(execFile)('helm', args);
  running.child.stdin?.end(values === undefined ? '' : jsonForYaml(values));
  return (await running).stdout;
};

/** Rejects with what the cluster has to say to it. */
const install = async (namespace: string, values: ChartValues, ...more: string[]): Promise<string> => {
  try {
    return await helm(['install', 'shop', CHART, '--namespace', namespace, ...more, '-f', '-'], values);
  } catch (error) {
    const events = await kubectl('get', 'pods,events', '--namespace', namespace);
    const said = await kubectl('logs', '--namespace', namespace, '--selector', 'bytechat.dev/app=shop');
    throw new Error(`${events}\n${said}`, { cause: error });
  }
};

/** Everything of the app that is still there. */
const leftOf = async (namespace: string): Promise<string[]> => {
  const kinds = await kubectl('api-resources', '--namespaced', '--verbs=list', '-o', 'name');
  const asked = kinds.split('\n').filter(kind => !/metrics\.k8s\.io|^events/.test(kind));
  const label = ['--selector', 'bytechat.dev/app=shop'];
  return (await kubectl('get', asked.join(','), '-n', namespace, ...label, '-o', 'name')).split('\n').filter(Boolean);
};

describe.skipIf(withoutCluster || withoutHelm || withoutRegistry)('helm on a cluster', { timeout: 180_000 }, () => {
  test.for<[string, Partial<ChartValues>, string[]]>([
    [
      'several that have no health path',
      { stateless: true, replicas: { min: 2, max: 3, now: 2 }, health: { path: '', timeout: 5, within: 60 } },
      [],
    ],
    ['one with data', { volumes: {} }, ['persistentvolumeclaim/data-shop-0']],
  ])('%s: installed, tested, and gone but for the claims and what it ran with', async ([, changed, claims]) => {
    const image = await pushedApp();
    const namespace = await namespaceForTest();
    const values = valuesWith({ ...changed, namespace, image, resources: { cpu: '20m', memory: '96Mi' } });
    const here = ['--namespace', namespace];
    const notes = await install(namespace, values, '--wait', '--timeout', '120s');
    expect(notes).toContain('port-forward service/shop 8080:80');
    const pods = await kubectl('get', 'pods', ...here, '-o', 'jsonpath={.items[*].status.phase}');
    expect(pods.split(' ')).toEqual(Array(values.replicas.now).fill('Running'));
    expect(await helm(['test', 'shop', ...here, '--timeout', '60s'])).toContain('Phase:          Succeeded');
    await helm(['uninstall', 'shop', ...here, '--wait', '--timeout', '60s']);
    await kubectl('wait', 'pods', '--all', ...here, '--for=delete', '--timeout=60s');
    const kept = [`configmap/${values.configMap}`, ...claims, `secret/${values.secret}`];
    expect(await leftOf(namespace)).toEqual(kept);
  });

  test('its test fails when the app does not answer as it should', async () => {
    const image = await pushedApp();
    const namespace = await namespaceForTest();
    const values = valuesWith({ namespace, image, health: { path: '/nowhere', timeout: 5, within: 60 } });
    const here = ['--namespace', namespace];
    await install(namespace, values);
    await expect(helm(['test', 'shop', ...here, '--timeout', '60s'])).rejects.toThrow(/failed/);
  });
});
