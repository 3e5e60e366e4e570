/**
 * How long a deploy to Kubernetes takes beside kubectl and Helm, in one run on one cluster: `node bench/deploy/run.ts
 * [rounds]`. All bring the same objects there (two pods of an app that is ready after 2 s, ConfigMap, Service, account,
 * network policy, disruption budget), each into a namespace of its own: for the first time, with another variable, and
 * with nothing changed. Each round runs all of them in a new random order; a ratio is the median of the ratios to
 * kubectl within the rounds, with the lowest and the highest. `late`: how long after the cluster had settled it was told.
 *
 * Needs a cluster in KUBECONFIG, docker, kubectl and helm on PATH, and BYTECHAT_TEST_OPEN_REGISTRY.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { sessionFor } from '../../src/clients/kube/session.ts';
import { nameFor } from '../../src/core/hash.ts';
import { jsonForYaml } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import type { Values } from '../../src/steps/manifests/values.ts';

const root = dirname(dirname(import.meta.dirname));
const program = join(root, 'bin', 'bytechat.js');
const chart = join(root, 'templates', 'helm', 'bytechat');
const rounds = Number(process.argv[2] ?? 5);
const registry = process.env.BYTECHAT_TEST_OPEN_REGISTRY;
if (registry === undefined) throw new Error('set BYTECHAT_TEST_OPEN_REGISTRY to a registry without a password');
const folder = mkdtempSync(join(tmpdir(), 'bytechat-bench-'));

const run = (file: string, args: readonly string[], input = '', cwd = folder): string => {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
};

const SERVER = `import { createServer } from 'node:http';
setTimeout(() => createServer((_, answer) => answer.end(process.env.GREETING)).listen(process.env.PORT), 2000);
process.on('SIGTERM', () => process.exit(0));
`;

/** The project of bytechat, and the image that all three deploy. */
const prepare = (): string => {
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'server.mjs'), SERVER);
  writeFileSync(join(folder, '.dockerignore'), '*\n!app\n');
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
  writeConfig('first');
  return run(process.execPath, [program, 'docker', 'push']).trim();
};

const DOCKERFILE = `FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY app /app
USER 65532:65532
CMD ["/app/server.mjs"]
`;

const writeConfig = (greeting: string): void =>
  writeFileSync(
    join(folder, 'bytechat.yaml'),
    `target: kubernetes
app:
  name: bench-bytechat
  image: { repository: ${registry}/bytechat-bench/app, platform: linux/amd64 }
  container: { stateless: true }
  port: 7101-7109
  drain: 1
  env: { GREETING: ${greeting} }
kubernetes: { cpu: 10m, memory: 64Mi, replicas: { min: 2, max: 2 } }
`,
  );

const valuesFor = (name: string, image: string, greeting: string): Values => ({
  name,
  namespace: name,
  createNamespace: false,
  release: nameFor(greeting),
  config: nameFor(greeting),
  image,
  command: [],
  port: 8080,
  env: { GREETING: greeting },
  configMap: `${name}-${nameFor(greeting)}`,
  secret: '',
  secrets: {},
  pullSecret: '',
  data: '/data',
  volumes: {},
  stateless: true,
  writable: false,
  capabilities: [],
  replicas: { min: 2, max: 2, now: 2 },
  resources: { cpu: '10m', memory: '64Mi' },
  storage: { size: '1Gi', class: '' },
  health: { path: '/', timeout: 5, within: 60 },
  drain: 1,
  expose: { type: 'none', host: '', class: '' },
  tls: '',
});

interface Tool {
  readonly name: string;
  readonly namespace: string;
  /** The command line that brings this greeting there. */
  readonly command: (greeting: string) => {
    readonly file: string;
    readonly args: readonly string[];
    readonly input?: string;
  };
  readonly forget: () => void;
}

const tools = (image: string): readonly Tool[] => [
  {
    name: 'kubectl apply, rollout status',
    namespace: 'bench-kubectl',
    command(greeting) {
      const items = objectsOf(valuesFor('bench-kubectl', image, greeting));
      writeFileSync(join(folder, 'objects.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      const words = 'kubectl apply -f objects.json && kubectl rollout status deployment/bench-kubectl -n bench-kubectl';
      return { file: 'sh', args: ['-c', words] };
    },
    forget: () => {},
  },
  {
    name: 'helm upgrade --install --wait',
    namespace: 'bench-helm',
    command: greeting => ({
      file: 'helm',
      args: ['upgrade', '--install', 'bench-helm', chart, '--namespace', 'bench-helm', '--wait', '-f', '-'],
      input: jsonForYaml(valuesFor('bench-helm', image, greeting) as never),
    }),
    forget: () => {},
  },
  {
    name: 'bytechat deploy',
    namespace: 'bench-bytechat',
    command(greeting) {
      writeConfig(greeting);
      return { file: process.execPath, args: [program, 'deploy', '--quiet'] };
    },
    forget: () => void spawnSync(process.execPath, [program, 'destroy', '--data', '--yes'], { cwd: folder }),
  },
];

const session = await sessionFor(undefined);

/** When all pods were of the newest kind and ready, by the cluster's own counts; looked at every 10 ms. */
const settled = async ({ namespace }: Tool, after: number, signal: AbortSignal): Promise<number> => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${namespace}`;
  for (let last = 0; ; ) {
    const { status, body } = await session.ask({ path });
    const { metadata, status: counts = {} } = (status === 200 ? body : {}) as KubeObject & { status?: Counts };
    const { observedGeneration = 0, replicas, updatedReplicas, availableReplicas } = counts;
    const isThere =
      observedGeneration === metadata?.generation &&
      [replicas, updatedReplicas, availableReplicas].every(count => count === 2);
    if (isThere && last === 0 && observedGeneration > after) last = performance.now();
    if (!isThere) last = 0;
    if (signal.aborted) return last;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}

const generationOf = async ({ namespace }: Tool): Promise<number> => {
  const { status, body } = await session.ask({
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${namespace}`,
  });
  return status === 200 ? Number((body as KubeObject).metadata.generation) : 0;
};

interface Taken {
  readonly ms: number;
  /** NaN: nothing had to settle. */
  readonly late: number;
}

const time = async (tool: Tool, greeting: string, what: string): Promise<Taken> => {
  const { file, args, input = '' } = tool.command(greeting);
  const over = new AbortController();
  const watching =
    what === NOTHING ? Promise.resolve(Number.NaN) : settled(tool, await generationOf(tool), over.signal);
  const began = performance.now();
  const child = spawn(file, args, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  const ended = performance.now();
  // We look every 10 ms, and whoever watches may have seen it before us.
  await new Promise(resolve => setTimeout(resolve, GRACE_MS));
  over.abort();
  const there = await watching;
  if (code !== 0 || there === 0)
    throw new Error(`${tool.name}, ${what}: exit ${code}, ${there === 0 ? 'told before it was so' : ''}\n${said}`);
  return { ms: ended - began, late: ended - there };
};

const GRACE_MS = 100;
const FIRST = 'first deploy';
const CHANGED = 'changed';
const NOTHING = 'nothing changed';

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map(item => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const taken: Record<string, Record<string, Taken[]>> = {};
const note = (tool: Tool, what: string, result: Taken): void => {
  taken[what] ??= {};
  const own = taken[what];
  own[tool.name] = [...(own[tool.name] ?? []), result];
};

const QUIET_MS = 5000;
const REPEATS = 3;

/** When the cluster has come to rest: what it still does for pods that have gone is nobody's no-op. */
const nothing = async (greeting: string): Promise<void> => {
  await new Promise(resolve => setTimeout(resolve, QUIET_MS));
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const tool of shuffled(all)) note(tool, NOTHING, await time(tool, greeting, NOTHING));
};

const all = tools(prepare());
const forgetAll = (): void => {
  for (const tool of all) tool.forget();
  run('kubectl', ['delete', 'namespace', '--ignore-not-found', ...all.map(({ namespace }) => namespace)]);
};

try {
  forgetAll();
  for (let round = 0; round < rounds; round++) {
    for (const tool of all)
      if (tool.name !== 'bytechat deploy') run('kubectl', ['create', 'namespace', tool.namespace]);
    for (const tool of shuffled(all)) note(tool, FIRST, await time(tool, `a${round}`, FIRST));
    await nothing(`a${round}`);
    for (const tool of shuffled(all)) note(tool, CHANGED, await time(tool, `b${round}`, CHANGED));
    await nothing(`b${round}`);
    forgetAll();
  }
  process.stdout.write(
    '| | median s | ratio to kubectl [lowest..highest] | late, median s |\n| --- | --- | --- | --- |\n',
  );
  for (const [what, byTool] of Object.entries(taken)) {
    const base = byTool[all[0]?.name ?? ''] ?? [];
    for (const [name, own] of Object.entries(byTool)) {
      const ratios = own.map(({ ms }, place) => ms / (base[place]?.ms ?? ms));
      const range = `${median(ratios).toFixed(2)} [${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}]`;
      const late = what === NOTHING ? '' : (median(own.map(each => each.late)) / 1000).toFixed(2);
      process.stdout.write(
        `| ${what}: ${name} | ${(median(own.map(({ ms }) => ms)) / 1000).toFixed(2)} | ${range} | ${late} |\n`,
      );
    }
  }
} finally {
  forgetAll();
  rmSync(folder, { recursive: true, force: true });
}
