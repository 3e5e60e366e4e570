/** What is measured side by side: the same objects, brought to a cluster by kubectl, by Helm and by bytechat. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { nameFor } from '../../src/core/hash.ts';
import { jsonForYaml } from '../../src/core/json.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import type { Values } from '../../src/steps/manifests/values.ts';

const root = dirname(dirname(import.meta.dirname));
const program = join(root, 'bin', 'bytechat.js');
const chart = join(root, 'templates', 'helm', 'bytechat');
const registry = process.env.BYTECHAT_TEST_OPEN_REGISTRY;
if (registry === undefined) throw new Error('set BYTECHAT_TEST_OPEN_REGISTRY to a registry without a password');
export const folder = mkdtempSync(join(tmpdir(), 'bytechat-bench-'));

export const run = (file: string, args: readonly string[], input = '', cwd = folder): string => {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
};

const SERVER = `import { createServer } from 'node:http';
setTimeout(() => createServer((_, answer) => answer.end(process.env.GREETING)).listen(process.env.PORT), 2000);
process.on('SIGTERM', () => process.exit(0));
`;

/** The project of bytechat, and the image that all three deploy. */
export const prepare = (): string => {
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

export interface Tool {
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

export const tools = (image: string): readonly Tool[] => [
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
