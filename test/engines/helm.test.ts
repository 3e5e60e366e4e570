import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { bytechat, type Ran, start } from '../contract/bytechat.ts';
import { kubernetesPlace } from '../contract/kubernetes.ts';
import { ask, loadOn } from '../contract/load.ts';
import type { Place } from '../contract/place.ts';
import { kubectl, namespaceForTest, withoutCluster } from '../support/cluster.ts';
import { writeFiles } from '../support/folder.ts';
import { ownName } from '../support/registry.ts';
import { pushShell } from '../support/workloads.ts';

interface HelmPlace extends Place {
  /** Its namespace, its Helm release and its objects are all called so. */
  readonly app: string;
  /** Writes these settings over those of its file. */
  set(settings: { readonly kubernetes?: object; readonly app?: object; readonly keep?: number }): void;
}

/** A project with the little app, two that keep nothing. It goes with the test. */
const helmPlace = (via: 'helm' | 'manifests'): HelmPlace => {
  const place = kubernetesPlace({ stateless: true, via });
  onTestFinished(place.dispose, 120_000);
  place.write({ text: 'one' });
  const file = join(place.project, 'bytechat.yaml');
  const read = () => parse(readFileSync(file, 'utf8')) as { app: { name: string }; kubernetes: object };
  const set: HelmPlace['set'] = ({ kubernetes, app, ...more }) => {
    const config = read();
    const merged = { app: { ...config.app, ...app }, kubernetes: { ...config.kubernetes, ...kubernetes } };
    writeFileSync(file, stringify({ ...config, ...more, ...merged }));
  };
  return { ...place, app: read().app.name, set };
};

const deploy = async (place: Place, env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
  const ran = await start(place.project, ['deploy'], env).ended;
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran;
};

const revisions = async ({ app }: HelmPlace): Promise<string[]> => {
  const columns = 'R:.metadata.labels.version,S:.metadata.labels.status';
  const list = ['-l', 'owner=helm', '--no-headers', '-o', `custom-columns=${columns}`];
  const text = await kubectl('get', 'secret', '-n', app, ...list);
  return text
    .split('\n')
    .filter(line => /^\d/.test(line))
    .map(line => line.replace(/ +/, ' '));
};

/** Sets what Helm thinks of a revision, as a run that was killed leaves it. */
const setStatus = async ({ app }: HelmPlace, revision: number, status: string): Promise<void> => {
  const script = `kubectl get secret -n "$1" "$2" -o jsonpath='{.data.release}' | base64 -d | base64 -d | gunzip |
    sed 's/"status":"[a-z-]*"/"status":"'"$3"'"/' | gzip | base64 -w0 | base64 -w0`;
  const secret = `sh.helm.release.v1.${app}.v${revision}`;
  const release = execFileSync('sh', ['-c', script, 'sh', app, secret, status], { encoding: 'utf8' });
  const patch = { data: { release }, metadata: { labels: { status, modifiedAt: '1' } } };
  await kubectl('patch', 'secret', '-n', app, secret, '--type', 'merge', '-p', JSON.stringify(patch));
};

/** The real Helm, which notes how it is called; while `hold` is set, an upgrade takes until its pods are ready. */
const notedHelm = () => {
  const folder = mkdtempSync(join(tmpdir(), 'bytechat-helm-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const real = execFileSync('sh', ['-c', 'command -v helm'], { encoding: 'utf8' }).trim();
  const [calls, pid] = [join(folder, 'calls'), join(folder, 'pid')];
  const program = `#!/bin/sh
echo "$1" >> '${calls}'
if [ "$1" = upgrade ] && [ -n "$HELM_HOLD" ]; then echo $$ > '${pid}'; exec '${real}' "$@" --wait --timeout 100s; fi
exec '${real}' "$@"
`;
  writeFileSync(join(folder, 'helm'), program);
  chmodSync(join(folder, 'helm'), 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}` };
  return {
    env,
    held: { ...env, HELM_HOLD: '1' },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    pid: () => Number(readFileSync(pid, 'utf8')),
  };
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error('it never came to be');
    await new Promise(resolve => setTimeout(resolve, 200));
  }
};

const stays = async (place: HelmPlace, status: string): Promise<void> =>
  until(async () => (await revisions(place)).some(line => line.endsWith(status)));

describe.skipIf(withoutCluster)('an app as a Helm release', { timeout: 240_000 }, () => {
  test('Helm is asked for its version and called once for a change, and not at all without one', async () => {
    const [place, helm] = [helmPlace('helm'), notedHelm()];
    await deploy(place, helm.env);
    expect(helm.calls()).toEqual(['version', 'upgrade']);
    await deploy(place, helm.env);
    expect(helm.calls()).toEqual(['version', 'upgrade']);
    expect(await revisions(place)).toEqual(['1 deployed']);
    await kubectl('delete', 'service', '-n', place.app, place.app);
    await deploy(place, helm.env);
    expect(helm.calls()).toEqual(['version', 'upgrade', 'version', 'upgrade']);
    expect(await kubectl('get', 'service', '-n', place.app, place.app, '-o', 'name')).toBe(`service/${place.app}`);
  });

  test('it goes from manifests to Helm and back without a gap', async () => {
    const place = helmPlace('manifests');
    const url = (await deploy(place)).stdout.trim();
    const load = loadOn(url, 50);
    place.set({ kubernetes: { via: 'helm' } });
    await deploy(place);
    expect(await revisions(place)).toEqual(['1 deployed']);
    place.write({ text: 'two' });
    await deploy(place);
    expect(await revisions(place)).toEqual(['1 superseded', '2 deployed']);
    place.set({ kubernetes: { via: 'manifests' } });
    await deploy(place);
    expect(await revisions(place)).toEqual([]);
    const { failures, bodies } = await load.stop();
    expect({ failures, bodies: [...new Set(bodies)] }).toEqual({ failures: [], bodies: ['one', 'two'] });
    const own = ['-n', place.app, '-l', `bytechat.dev/app=${place.app},bytechat.dev/role!=books`];
    const all = await kubectl(
      'get',
      'deployment,service,serviceaccount,configmap,networkpolicy,pdb',
      ...own,
      '-o',
      'yaml',
    );
    expect(all).not.toMatch(/meta\.helm\.sh|resource-policy|managed-by: Helm/);
    expect(await bytechat(place.project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
    expect(await bytechat(place.project, 'rollback')).toMatchObject({ exit: 0 });
    expect(await ask(url)).toBe('one');
  });

  test('going back restores the secrets and settings of then, also where they were pruned', async () => {
    const place = helmPlace('helm');
    const tokens = ['one-token: "\u0085\ufeff"', 'another-token'];
    const tokenNow = async (): Promise<string> => {
      const path = 'jsonpath={.spec.template.spec.containers[0].envFrom[*].*.name}';
      const [settings = '', secret = ''] = (
        await kubectl('get', 'deploy', '-n', place.app, place.app, '-o', path)
      ).split(' ');
      const mode = await kubectl('get', 'configmap', '-n', place.app, settings, '-o', 'jsonpath={.data.MODE}');
      const token = await kubectl('get', 'secret', '-n', place.app, secret, '-o', 'jsonpath={.data.TOKEN}');
      return `${mode} ${Buffer.from(token, 'base64')}`;
    };
    place.set({ keep: 1, app: { secrets: ['TOKEN'], env: { MODE: 'first' } } });
    const first = await deploy(place, { TOKEN: tokens[0] });
    expect(await tokenNow()).toBe(`first ${tokens[0]}`);
    place.write({ text: 'two' });
    place.set({ app: { env: { MODE: 'second' } } });
    const second = await deploy(place, { TOKEN: tokens[1] });
    expect(second.stderr).toContain('prune');
    expect(await tokenNow()).toBe(`second ${tokens[1]}`);
    const own = ['-n', place.app, '-l', `bytechat.dev/app=${place.app},bytechat.dev/role!=books`];
    const kept = async () => (await kubectl('get', 'secret,configmap', ...own, '-o', 'name')).split('\n').length;
    expect(await kept()).toBe(2);

    const back = await start(place.project, ['rollback'], { TOKEN: tokens[1] }).ended;
    expect(back, back.stderr).toMatchObject({ exit: 0 });
    expect(await tokenNow()).toBe(`first ${tokens[0]}`);
    const said = [first, second, back].map(ran => ran.stdout + ran.stderr).join('');
    expect(said).not.toMatch(/one-token|another-token/);
    expect(await bytechat(place.project, 'destroy', '--yes')).toMatchObject({ exit: 0 });
    expect(await kubectl('get', 'all,secret,configmap', ...own, '-o', 'name')).toBe('');
  });

  test('a bad first release by Helm leaves what was applied before', async () => {
    const place = helmPlace('manifests');
    const url = (await deploy(place)).stdout.trim();
    place.set({ kubernetes: { via: 'helm' } });
    place.write({ text: 'bad', behaviour: 'wrong-probe' });
    const load = loadOn(url, 50);
    const ran = await bytechat(place.project, 'deploy');
    const { failures, bodies } = await load.stop();
    expect(ran.exit).toBe(1);
    expect({ failures, bodies: [...new Set(bodies)] }).toEqual({ failures: [], bodies: ['one'] });
    expect(await revisions(place)).toEqual([]);
    place.write({ text: 'two' });
    await deploy(place);
    expect(await ask(url)).toBe('two');
  });

  test('what a kill -9 of both left pending is told and repaired', async () => {
    const [place, helm] = [helmPlace('helm'), notedHelm()];
    const url = (await deploy(place)).stdout.trim();
    place.write({ text: 'bad', behaviour: 'never-healthy' });
    const running = start(place.project, ['deploy'], helm.held);
    await stays(place, 'pending-upgrade');
    running.kill('SIGKILL');
    process.kill(helm.pid(), 'SIGKILL');
    await running.ended;
    expect(await revisions(place)).toEqual(['1 deployed', '2 pending-upgrade']);
    expect(await ask(url)).toBe('one');
    place.write({ text: 'two' });
    const load = loadOn(url, 50);
    const { stderr } = await deploy(place);
    expect(stderr).toContain(`Revision 2 of the Helm release ${place.app} was left pending-upgrade`);
    expect((await load.stop()).failures).toEqual([]);
    expect(await ask(url)).toBe('two');
    expect((await revisions(place)).at(-1)).toBe('4 deployed');
  });

  test('the Helm of a killed deploy that is at it still is waited for', async () => {
    const [place, helm] = [helmPlace('helm'), notedHelm()];
    const url = (await deploy(place)).stdout.trim();
    place.write({ text: 'slow', behaviour: 'slow' });
    const running = start(place.project, ['deploy'], helm.held);
    await stays(place, 'pending-upgrade');
    running.kill('SIGKILL');
    await running.ended;
    await deploy(place);
    expect(await ask(url)).toBe('slow');
    expect((await revisions(place)).at(-1)).toMatch(/ deployed$/);
  });

  test.for(['pending-install', 'uninstalling'])('a first revision that is %s, while its app serves', async status => {
    const place = helmPlace('helm');
    const url = (await deploy(place)).stdout.trim();
    await setStatus(place, 1, status);
    const load = loadOn(url, 50);
    const { stderr } = await deploy(place);
    expect(stderr).toContain(`was left ${status}`);
    expect((await load.stop()).failures).toEqual([]);
    expect(await revisions(place)).toEqual(['1 deployed']);
  });
});

/** A chart of our own with one Deployment, which does what its values say. */
const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: little-chart\nversion: 0.3.0\n',
  'chart/values.schema.json': '{"properties":{"does":{"type":"string"}}}',
  'chart/templates/objects.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  selector: { matchLabels: { app: "{{ .Release.Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Release.Name }}" } }
    spec: { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, securityContext: {{ toJson .Values.security }}, containers: [{ name: app, image: "{{ .Values.image }}", command: [sh, -c, {{ toJson .Values.does }}], securityContext: {{ toJson .Values.container }} }] }
`,
};

describe.skipIf(withoutCluster)('any chart', { timeout: 180_000 }, () => {
  test('is installed, upgraded, rolled back and uninstalled; what does not come up goes back', async () => {
    const namespace = await namespaceForTest();
    const folder = mkdtempSync(join(tmpdir(), 'bytechat-chart-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const helm = (...args: string[]): Promise<Ran> => bytechat(folder, 'helm', ...args);
    const of = ['--chart', './chart', '--release', 'cache', '--values', 'values.yaml'];
    const image = await pushShell(ownName());
    const write = (does: unknown): void =>
      writeFileSync(
        join(folder, 'values.yaml'),
        stringify({
          image,
          does,
          security: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        }),
      );
    writeFiles(folder, { ...CHART, 'bytechat.yaml': `kubernetes: { namespace: ${namespace} }\n` });
    write('sleep 1000');

    const { stdout } = await helm('template', '--chart', './chart', '--values', 'values.yaml');
    expect(parse(stdout)).toMatchObject({ kind: 'Deployment', metadata: { name: 'chat-app' } });
    expect(await helm('upgrade', ...of)).toMatchObject({ exit: 2 });
    const made = await helm('install', ...of);
    expect(made, made.stderr).toMatchObject({ exit: 0 });
    expect(await kubectl('get', 'deploy', 'cache', '-n', namespace, '-o', 'jsonpath={.status.readyReplicas}')).toBe(
      '1',
    );
    const again = await helm('install', ...of);
    expect(again).toMatchObject({ exit: 2 });
    expect(again.stderr).toContain('There is a Helm release cache already');

    write('echo boom: no cache; exit 3');
    const bad = await helm('upgrade', ...of);
    expect(bad).toMatchObject({ exit: 1 });
    expect(bad.stderr).toContain('boom: no cache');
    const status = JSON.parse((await helm('status', '--release', 'cache', '--json')).stdout);
    expect(status).toMatchObject({
      ok: true,
      revision: 3,
      status: 'deployed',
      chart: 'little-chart-0.3.0',
      description: 'Rollback to 1',
      workloads: [{ kind: 'Deployment', name: 'cache', ready: 1, wanted: 1 }],
    });

    write(['not', 'a', 'text']);
    const refused = await helm('upgrade', ...of);
    expect(refused.stderr).toMatch(/invalid-value[\s\S]*\/does/);

    write('sleep 2000');
    expect(await helm('upgrade', ...of)).toMatchObject({ exit: 0 });
    expect(await helm('rollback', '--release', 'cache', '--revision', '1')).toMatchObject({ exit: 0 });
    const does = 'jsonpath={.spec.template.spec.containers[0].command[2]}';
    expect(await kubectl('get', 'deploy', 'cache', '-n', namespace, '-o', does)).toBe('sleep 1000');
    expect((await helm('status', '--release', 'cache')).stdout).toContain('cache   1 of 1 ready');

    expect(await helm('uninstall', '--release', 'cache')).toMatchObject({ exit: 2 });
    expect(await helm('uninstall', '--release', 'cache', '--yes')).toMatchObject({ exit: 0 });
    expect(await kubectl('get', 'deploy,pod', '-n', namespace, '-o', 'name')).toBe('');
    const gone = await helm('uninstall', '--release', 'cache', '--yes');
    expect(gone, gone.stderr).toMatchObject({ exit: 0 });
    expect(await helm('status', '--release', 'cache')).toMatchObject({ exit: 2 });
  });
});
