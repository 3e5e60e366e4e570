import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { Pipeline } from '../../src/pipeline.ts';
import { bytechat, start } from '../contract/bytechat.ts';
import { kubernetesPlace } from '../contract/kubernetes.ts';
import { ask, loadOn } from '../contract/load.ts';
import type { Place } from '../contract/place.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';

const PATIENCE = { timeout: 180_000 };

const placed = ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Place & { readonly app: string } => {
  const place = kubernetesPlace({ stateless: true });
  onTestFinished(() => place.dispose(), 120_000);
  place.write({ text: 'one' });
  const [, app = ''] = /name: (\S+)/.exec(readFileSync(join(place.project, 'bytechat.yaml'), 'utf8')) ?? [];
  return { ...place, app };
};

const edit = (place: Place, from: string | RegExp, to: string): void => {
  const file = join(place.project, 'bytechat.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

const deploy = async (place: Place): Promise<string> => {
  const ran = await bytechat(place.project, 'deploy');
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

/** Every request that this process sends to clusters and registries meanwhile: `GET /api/v1/…`. */
const requestsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const seen: string[] = [];
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.getHeader('user-agent') === 'bytechat') seen.push(`${request.method} ${request.path}`);
  };
  subscribe('http.client.request.start', note);
  try {
    await work();
  } finally {
    unsubscribe('http.client.request.start', note);
  }
  return seen;
};

/** They mostly wait for pods, so they wait side by side. */
describe.skipIf(withoutCluster)('a deploy to a real cluster', { concurrent: true }, () => {
  test('that changes nothing only reads, and nothing twice', PATIENCE, async context => {
    const place = placed(context);
    await deploy(place);
    const reports: boolean[] = [];
    const requests = await requestsOf(async () => {
      const report = await new Pipeline({ projectRoot: place.project }).deploy();
      reports.push(report.ok, report.changed);
    });
    expect(reports).toEqual([true, false]);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter(request => !/^(GET|HEAD) /.test(request))).toEqual([]);
    expect(requests.length).toBe(new Set(requests).size);
  });

  test('seen by a colleague elsewhere: the same history, and nothing to do', PATIENCE, async context => {
    const place = placed(context);
    await deploy(place);
    const elsewhere = kubernetesPlace({ stateless: true });
    context.onTestFinished(() => elsewhere.dispose());
    elsewhere.write({ text: 'one' });
    writeFileSync(join(elsewhere.project, 'bytechat.yaml'), readFileSync(join(place.project, 'bytechat.yaml')));
    const { records } = JSON.parse((await bytechat(elsewhere.project, 'history', '--json')).stdout);
    expect(records).toMatchObject([{ goal: 'deploy', result: 'serves' }]);
    // Only the way in from that other machine is missing.
    const plan = JSON.parse((await bytechat(elsewhere.project, 'plan', '--json')).stdout);
    expect(plan.steps.map(({ id }: { id: string }) => id)).toEqual(['forward']);
  });

  test('takes its config back with it', PATIENCE, async context => {
    const place = placed(context);
    edit(place, '  drain: 5', '  drain: 5\n  env: { GREETING: first }');
    await deploy(place);
    edit(place, 'GREETING: first', 'GREETING: second');
    place.write({ text: 'two' });
    await deploy(place);
    const config = async (): Promise<string> => {
      const name = await kubectl(
        'get',
        'deployment',
        place.app,
        '-n',
        place.app,
        '-o',
        'jsonpath={.spec.template.spec.containers[0].envFrom[0].configMapRef.name}',
      );
      return kubectl('get', 'configmap', name, '-n', place.app, '-o', 'jsonpath={.data.GREETING}');
    };
    expect(await config()).toBe('second');
    expect(await bytechat(place.project, 'rollback')).toMatchObject({ exit: 0 });
    expect(await config()).toBe('first');
  });

  test('a first one that fails leaves nothing but its books', PATIENCE, async context => {
    const place = placed(context);
    place.write({ text: 'bad', behaviour: 'crash' });
    const ran = await bytechat(place.project, 'deploy');
    expect(ran).toMatchObject({ exit: 1 });
    expect(ran.stderr).toContain('boom: the database is gone');
    expect(ran.stderr.trim().split('\n').at(-1)).toMatch(/failed: boom: the database is gone\. Nothing serves/);
    const left = await kubectl(
      'get',
      'all,configmap,networkpolicy,pdb,hpa',
      '-n',
      place.app,
      '-l',
      `bytechat.dev/app=${place.app},bytechat.dev/role!=books`,
      '-o',
      'name',
    );
    expect(left).toBe('');
    const [folder = ''] = readdirSync(join(place.project, '.bytechat/on/kubernetes/evidence'));
    const files = readdirSync(join(place.project, '.bytechat/on/kubernetes/evidence', folder));
    expect(files).toEqual(expect.arrayContaining(['events.json', 'pods.json', 'problem.json', 'workload.json']));
    expect(files.filter(name => name.startsWith('log-'))).not.toEqual([]);
  });

  test('one that was killed is told of by the next, which goes on from what is there', PATIENCE, async context => {
    const place = placed(context);
    const url = await deploy(place);
    place.write({ text: 'two', behaviour: 'slow' });
    const running = start(place.project, ['deploy']);
    await running.said('rollout   start');
    running.kill('SIGKILL');
    await running.ended;
    const ran = await bytechat(place.project, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    expect(ran.stderr).toMatch(/last deploy was cut off at (apply|rollout)/);
    expect(await ask(url)).toBe('two');
  });

  test('one whose lock was broken changes nothing any more', PATIENCE, async context => {
    const place = placed(context);
    await deploy(place);
    await kubectl('annotate', 'deployment', place.app, '-n', place.app, 'bytechat.dev/token=999', '--overwrite');
    const generation = () =>
      kubectl('get', 'deployment', place.app, '-n', place.app, '-o', 'jsonpath={.metadata.generation}');
    const before = await generation();
    place.write({ text: 'two' });
    const ran = await bytechat(place.project, 'deploy');
    expect(ran).toMatchObject({ exit: 1 });
    expect(ran.stderr).toContain('lock-lost');
    expect(await generation()).toBe(before);
  });

  test('its secrets are in the Secret and the pods, and nowhere else', PATIENCE, async context => {
    const place = placed(context);
    const [secret, encoded] = ['s3nt1nel-value', Buffer.from('s3nt1nel-value').toString('base64')];
    process.env.SENTINEL = secret;
    context.onTestFinished(() => void Reflect.deleteProperty(process.env, 'SENTINEL'));
    edit(place, '  drain: 5', '  drain: 5\n  secrets: [SENTINEL]');
    const good = await bytechat(place.project, 'deploy', '--json');
    expect(good, good.stderr).toMatchObject({ exit: 0 });
    const held = await kubectl('get', 'secret', '-n', place.app, '-o', 'jsonpath={.items[*].data.SENTINEL}');
    expect(held).toBe(encoded);
    writeFileSync(join(place.project, 'app', 'server.js'), 'console.error(process.env.SENTINEL); process.exit(3);\n');
    const bad = await bytechat(place.project, 'deploy');
    expect(bad).toMatchObject({ exit: 1 });
    const everything = [
      good.stdout + good.stderr + bad.stdout + bad.stderr,
      (await bytechat(place.project, 'plan', '--json')).stdout,
      await kubectl('get', 'configmap,deployment,replicaset,service,lease,event', '-n', place.app, '-o', 'yaml'),
      ...readdirSync(place.project, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && entry.parentPath.includes('.bytechat'))
        .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    ].join('\n');
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(encoded);
  });

  test('another cluster than those that are allowed is not even looked at', PATIENCE, async context => {
    const place = placed(context);
    edit(place, 'kubernetes:\n', 'kubernetes:\n  contexts: [production]\n');
    const ran = await bytechat(place.project, 'deploy');
    expect(ran).toMatchObject({ exit: 2 });
    expect(ran.stderr).toContain('wrong-cluster');
    edit(place, 'contexts: [production]', 'context: nowhere');
    const unknown = await bytechat(place.project, 'deploy');
    expect(unknown).toMatchObject({ exit: 2 });
    expect(unknown.stderr).toContain('The kubeconfig has no context nowhere');
  });
});

describe.skipIf(withoutCluster)('deploys to a real cluster', () => {
  test('good, bad and rolled back: a client that asks 50 times a second sees no failure', PATIENCE, async context => {
    const place = placed(context);
    const url = await deploy(place);
    const load = loadOn(url, 50);
    place.write({ text: 'two' });
    await deploy(place);
    place.write({ text: 'bad', behaviour: 'crash' });
    expect(await bytechat(place.project, 'deploy')).toMatchObject({ exit: 1 });
    expect(await bytechat(place.project, 'rollback')).toMatchObject({ exit: 0 });
    const { bodies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(new Set(bodies)).toEqual(new Set(['one', 'two']));
    expect(await ask(url)).toBe('one');
  });
});
