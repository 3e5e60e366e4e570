import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { forward } from '../../../src/clients/forward.ts';
import type { ForwardState } from '../../../src/core/forward.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { CallOptions } from '../../../src/core/runner.ts';
import { kubectl } from '../../support/cluster.ts';
import { docker } from '../../support/docker.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePorts } from '../../support/ports.ts';
import { asking, open } from '../../support/registry.ts';
import { repository } from '../../support/sources.ts';

export const ask = asking(forward, 'forward');

/** The forwarder as it is shipped: one file. */
export const builtForwarder = async (): Promise<{ readonly program: string; remove(): void }> => {
  const folder = mkdtempSync(join(tmpdir(), 'bytechat-forwarder-'));
  const program = join(folder, 'forwarder.mjs');
  await build({
    entryPoints: [join(repository, 'src/forwarder/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** A namespace with the app in two pods and its Service `app`; it is there until it is removed. */
export const startedApp = async (): Promise<{ readonly namespace: string; remove(): Promise<unknown> }> => {
  const image = `${open}/bytechat-test/node:24`;
  await docker('tag', 'node:24-bookworm-slim', image);
  await docker('push', '--quiet', image);
  const namespace = `bytechat-test-${randomBytes(4).toString('hex')}`;
  await kubectl('create', 'namespace', namespace);
  await applied(namespace, deployment(image), serviceOf('app'));
  await kubectl('-n', namespace, 'rollout', 'status', 'deployment/app', '--timeout=120s');
  return { namespace, remove: () => kubectl('delete', 'namespace', namespace, '--wait=false') };
};

export const applied = async (namespace: string, ...objects: readonly object[]): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bytechat-test-'));
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await kubectl('-n', namespace, 'apply', '-f', file);
  rmSync(folder, { recursive: true });
};

const labels = { app: 'app' };

const deployment = (image: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 10, containers: [container(image)] } },
  },
});

const container = (image: string): object => ({
  name: 'app',
  image,
  command: ['node', '-e', readFileSync(join(import.meta.dirname, 'forward-app.mjs'), 'utf8')],
  readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  lifecycle: { preStop: { sleep: { seconds: 3 } } },
});

export const serviceOf = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
});

export interface Forwarded {
  readonly folder: string;
  readonly request: JsonObject;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

/** A port-forward of its own for the test that runs. */
export const forwarded = async (request: JsonObject, options: CallOptions = {}): Promise<Forwarded> => {
  const folder = temporaryFolder();
  const from = await freePorts(3);
  const whole = { folder, name: 'app', port: 8080, host: '127.0.0.1', ports: { from, to: from + 2 }, ...request };
  onTestFinished(async () => void (await ask('end', { folder })));
  const answer = await ask('ensure', whole, options);
  return { folder, request: whole, ...(answer as unknown as Pick<Forwarded, 'url' | 'port' | 'pid'>) };
};

export const statusOf = async (folder: string): Promise<ForwardState | null> =>
  (await ask('status', { folder })) as unknown as ForwardState | null;

/** Everything in between the app and its cluster: connections are cut and refused while it is down. */
export const breakableWay = async (): Promise<{ readonly kubeconfig: string; down(): void; up(): void }> => {
  const config = await ownKubeconfig();
  const [{ cluster }] = config.clusters as [{ cluster: { server: string } }];
  const { hostname, port } = new URL(cluster.server);
  const sockets = new Set<Socket>();
  let isUp = true;
  const server = createServer(incoming => {
    incoming.on('error', () => {});
    if (!isUp) return void incoming.resetAndDestroy();
    const outgoing = connect({ host: hostname, port: Number(port) });
    outgoing.on('error', () => incoming.destroy());
    for (const socket of [incoming, outgoing]) sockets.add(socket);
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const down = (): void => {
    isUp = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  onTestFinished(() => {
    down();
    server.close();
  });
  cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(temporaryFolder(), 'kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    kubeconfig,
    down,
    up: () => {
      isUp = true;
    },
  };
};

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { server: string } }[];
  readonly users: { user: object }[];
}

const ownKubeconfig = async (): Promise<Kubeconfig> =>
  JSON.parse(await kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));

/** What a port-forward may do, and no more. */
const RULES = [
  { apiGroups: [''], resources: ['services'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

const guestAccount = (namespace: string): object[] => {
  const [metadata, rbac] = [{ name: 'guest' }, 'rbac.authorization.k8s.io'];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: RULES },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'guest' },
      subjects: [{ kind: 'ServiceAccount', name: 'guest', namespace }],
    },
  ];
};

/** Somebody who may do what a port-forward needs, by a token in a kubeconfig. Each `login` gives a new token, and the old one is worth nothing. */
export const guestOf = async (
  namespace: string,
): Promise<{ readonly kubeconfig: string; login(): Promise<string> }> => {
  const config = await ownKubeconfig();
  const kubeconfig = join(temporaryFolder(), 'kubeconfig.json');
  const login = async (): Promise<string> => {
    await kubectl('-n', namespace, 'delete', 'serviceaccount', 'guest', '--ignore-not-found');
    await applied(namespace, ...guestAccount(namespace));
    const token = await kubectl('-n', namespace, 'create', 'token', 'guest');
    config.users[0] = { ...config.users[0], user: { token } };
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    return token;
  };
  await login();
  return { kubeconfig, login };
};

/** With another kubeconfig than the tests have. */
export const withKubeconfig = async <Result>(kubeconfig: string, work: () => Promise<Result>): Promise<Result> => {
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = kubeconfig;
  try {
    return await work();
  } finally {
    process.env.KUBECONFIG = before;
  }
};
