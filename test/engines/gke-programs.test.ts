/** Programs that reach a cluster of Google by what bytechat writes for them: kubectl, helm, and our own port-forward. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { execInPod } from '../../src/clients/kube/exec.ts';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import type { ForwardState } from '../../src/core/forward.ts';
import { Pipeline } from '../../src/index.ts';
import { bytechat, repository } from '../contract/bytechat.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';
import { gkeContextName, gkeRef, gkeToken, googleWithCluster, theirs, withoutGke } from '../support/gke.ts';
import { PROJECT } from '../support/google.ts';
import { problemOf } from '../support/registry.ts';
import { get } from './support/asked.ts';
import { builtForwarder, forwarded, startedApp } from './support/forward.ts';

const run = promisify(execFile);

/** A home of its own, with Google's stand-in around it. */
const atGoogle = async () => {
  const stand = await googleWithCluster();
  const home = temporaryFolder();
  vi.stubEnv('HOME', home);
  vi.stubEnv('KUBECONFIG', undefined);
  return { ...stand, tokens: stand.tokens, home, file: join(home, '.kube', 'config') };
};

const pipeline = (root = temporaryFolder()) => new Pipeline({ projectRoot: root, gcpProjectId: PROJECT });

const OTHERS = `# mine
apiVersion: v1
kind: Config
current-context: office
clusters:
- name: office
  cluster: {server: "https://10.0.0.1"}
users: []
contexts:
- name: office
  context: {cluster: office, user: ""}
`;

describe.skipIf(withoutGke)('gke credentials', { timeout: 60_000 }, () => {
  test('lets kubectl in, with a token each time, and nothing secret on the disk', async () => {
    const { tokens, file } = await atGoogle();
    const report = await pipeline().run('gke credentials');
    expect(report).toMatchObject({ ok: true, result: gkeContextName });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(gkeToken);
    const before = tokens.issued;
    const { stdout } = await run('kubectl', ['get', 'namespace', 'default', '-o', 'name']);
    expect(stdout).toBe('namespace/default\n');
    expect(tokens.issued).toBe(before + 1);
  });

  test('makes it the current context, or leaves that, and all else as it was', async () => {
    const { file } = await atGoogle();
    writeFiles(join(file, '..'), { config: OTHERS });
    chmodSync(file, 0o640);
    await pipeline().run('gke credentials', { keepContext: true });
    const kept = readFileSync(file, 'utf8');
    expect(kept).toContain('# mine');
    expect(parse(kept)).toMatchObject({
      'current-context': 'office',
      clusters: [{ name: 'office', cluster: { server: 'https://10.0.0.1' } }, { name: gkeContextName }],
    });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    await pipeline().run('gke credentials');
    const used = readFileSync(file, 'utf8');
    expect(used).toBe(kept.replace('current-context: office', `current-context: ${gkeContextName}`));
    await pipeline().run('gke credentials');
    expect(readFileSync(file, 'utf8')).toBe(used);
  });

  test('writes the first file of KUBECONFIG, also through a link', async () => {
    const { home } = await atGoogle();
    const [real, link] = [join(home, 'real'), join(home, 'link')];
    writeFileSync(real, OTHERS);
    symlinkSync(real, link);
    vi.stubEnv('KUBECONFIG', `:${link}:${join(home, 'second')}`);
    await pipeline().run('gke credentials');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain(gkeContextName);
  });

  test('names bytechat alone where PATH leads to this one, and its whole path elsewhere', async () => {
    const { file } = await atGoogle();
    const bin = temporaryFolder();
    const program = join(repository, 'bin', 'bytechat.js');
    const started = async () => {
      await pipeline().run('gke credentials');
      const { command, args } = parse(readFileSync(file, 'utf8')).users[0].user.exec;
      return [command, ...args];
    };
    vi.stubEnv('PATH', `${folderWith({ bytechat: 'another' })}:${process.env.PATH}`);
    expect(await started()).toEqual([process.execPath, program, 'gke', 'token']);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    symlinkSync(program, join(bin, 'bytechat'));
    expect(await started()).toEqual(['bytechat', 'gke', 'token']);
  });

  test('of two at once both are done', async () => {
    const { file } = await atGoogle();
    const all = await Promise.all([1, 2, 3].map(() => pipeline().run('gke credentials')));
    expect(all.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(parse(readFileSync(file, 'utf8')).clusters).toHaveLength(1);
  });

  test('writes nothing where there is no cluster, and says so', async () => {
    const { clusters, file } = await atGoogle();
    clusters.clear();
    const report = await pipeline().run('gke credentials');
    expect(report).toMatchObject({ ok: false, steps: [{ problem: { code: 'no-cluster' } }] });
    expect(() => statSync(file)).toThrow();
  });

  test('wants to know the project', async () => {
    await atGoogle();
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', undefined);
    const unsaid = new Pipeline({ projectRoot: temporaryFolder() }).run('gke credentials');
    expect(await problemOf(unsaid)).toMatchObject({ code: 'missing-value' });
    const wrong = new Pipeline({ projectRoot: temporaryFolder(), gcpProjectId: 'My Project' }).run('gke credentials');
    expect(await problemOf(wrong)).toMatchObject({ code: 'usage', message: expect.stringContaining('My Project') });
  });
});

describe.skipIf(withoutGke)('gke token', () => {
  test.for([[[]], [['--json']]])(
    'prints an ExecCredential, in the version that is asked for, and nothing else: %j',
    async ([more]) => {
      await atGoogle();
      vi.stubEnv(
        'KUBERNETES_EXEC_INFO',
        '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}',
      );
      const { stdout, stderr, exit } = await bytechat(
        folderWith({ 'bytechat.yaml': ': broken' }),
        'gke',
        'token',
        ...(more ?? []),
      );
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        status: { token: gkeToken, expirationTimestamp: expect.stringMatching(/^20\d\d-.*:\d\dZ$/) },
      });
    },
  );

  test.for([[[]], [['--json']]])('says on stderr, or as JSON, that there is none: %j', async ([more]) => {
    const { faults } = await atGoogle();
    faults.push({ method: 'token', status: 'NOT_FOUND', times: 100 });
    const { stdout, stderr, exit } = await bytechat(temporaryFolder(), 'gke', 'token', ...(more ?? []));
    expect(exit).toBe(3);
    expect(more?.length === 0 ? stderr : stdout).toContain('no-credentials');
    if (more?.length === 0) expect(stdout).toBe('');
  });
});

const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: little\nversion: 0.1.0\n',
  'chart/templates/one.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  revision: "{{ .Release.Revision }}"\n',
};

describe.skipIf(withoutGke || withoutCluster)('helm at Google', { timeout: 120_000 }, () => {
  test('finds the cluster in a file that is written just before, for it alone', async () => {
    const { home } = await atGoogle();
    const admin = process.env.BYTECHAT_TEST_KUBECONFIG ?? '';
    const namespace = await adminNamespace(admin);
    const root = folderWith({ ...CHART, 'bytechat.yaml': `kubernetes: { namespace: ${namespace} }\n` });
    const own = new Pipeline({ projectRoot: root, target: 'gcp', gcpProjectId: PROJECT });
    const installed = await own.run('helm install', { chart: 'chart', release: 'little' });
    expect(installed.steps.map(({ problem }) => problem).filter(Boolean)).toEqual([]);
    const upgraded = await own.run('helm upgrade', { chart: 'chart', release: 'little' });
    expect(upgraded.ok).toBe(true);
    const get = [
      '--kubeconfig',
      admin,
      '-n',
      namespace,
      'get',
      'configmap',
      'little',
      '-o',
      'jsonpath={.data.revision}',
    ];
    expect(await kubectl(...get)).toBe('2');
    const written = (await run('find', [root, '-name', 'kubeconfig'])).stdout.trim();
    expect(statSync(written).mode & 0o777).toBe(0o600);
    expect(readFileSync(written, 'utf8')).not.toContain(gkeToken);
    expect((await run('find', [home])).stdout).not.toContain('.kube/config');
    expect((await own.run('helm uninstall', { release: 'little' })).ok).toBe(true);
  });
});

/** Made by who has a kubeconfig: nobody else here has one. */
const adminNamespace = async (admin: string): Promise<string> => {
  const name = `bytechat-test-${randomBytes(4).toString('hex')}`;
  await kubectl('--kubeconfig', admin, 'create', 'namespace', name);
  onTestFinished(async () => void (await kubectl('--kubeconfig', admin, 'delete', 'namespace', name, '--wait=false')));
  return name;
};

describe.skipIf(withoutGke || withoutCluster)('a port-forward at Google', { timeout: 180_000 }, () => {
  test('needs no kubeconfig, and lives longer than any token', async () => {
    const forwarder = await builtForwarder();
    onTestFinished(forwarder.remove);
    vi.stubEnv('KUBECONFIG', process.env.BYTECHAT_TEST_KUBECONFIG);
    const app = await startedApp();
    onTestFinished(async () => {
      vi.stubEnv('KUBECONFIG', process.env.BYTECHAT_TEST_KUBECONFIG);
      await app.remove();
      vi.unstubAllEnvs();
    });
    const { tokens } = await googleWithCluster();
    vi.stubEnv('KUBECONFIG', '/nowhere');
    tokens.lifetime = 1;
    const { url, folder } = await forwarded({ program: forwarder.program, namespace: app.namespace, gke: gkeRef });
    const state = JSON.parse(readFileSync(join(folder, 'forward.json'), 'utf8')) as ForwardState;
    expect(state).toMatchObject({ context: gkeContextName, kubeconfig: '', gke: theirs() });
    expect(JSON.stringify(state)).not.toContain(gkeToken);
    expect(await get(url)).toMatch(/^app-/);
    // Programs in pods are run over connections of their own.
    const session = await sessionFor({ gke: gkeRef });
    const pod = await get(url);
    const asked = { namespace: app.namespace, pod, container: 'app', command: ['echo', 'hello'], timeoutMs: 20_000 };
    expect(await execInPod(asked, session)).toEqual({ ok: true, said: 'hello' });
    const before = tokens.issued;
    for (const _ of [1, 2, 3]) expect(await get(url)).toMatch(/^app-/);
    expect(tokens.issued).toBeGreaterThanOrEqual(before + 3);
    // Now one that the cluster does not take: it is replaced on the way.
    tokens.lifetime = 3599;
    tokens.isFresh = true;
    const stale = tokens.issued;
    const answer = get(url);
    await vi.waitFor(() => expect(tokens.issued).toBeGreaterThan(stale), { timeout: 20_000 });
    tokens.isFresh = false;
    expect(await answer).toMatch(/^app-/);
  });
});
