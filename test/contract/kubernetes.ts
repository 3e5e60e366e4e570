import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { writeApp } from './app.ts';
import { bytechat } from './bytechat.ts';
import { imageProject } from './image-project.ts';
import { listing } from './local.ts';
import type { Place } from './place.ts';

const { BYTECHAT_TEST_KUBECONFIG: kubeconfig, BYTECHAT_TEST_OPEN_REGISTRY: registry } = process.env;
// What is run by these tests finds the cluster as a person's shell would.
if (kubeconfig !== undefined) process.env.KUBECONFIG = kubeconfig;

let next = 6300 + (process.pid % 300) * 10;

export interface KubernetesApp {
  readonly stateless: boolean;
  readonly via?: 'manifests' | 'helm';
  readonly more?: string;
  /** Default: kubernetes, and the registry of the engines by its name. */
  readonly target?: 'kubernetes' | 'gcp';
}

/** The target `kubernetes`, with the little app: two that keep nothing, or one that keeps its data. */
export const kubernetesPlace = ({
  stateless,
  via = 'manifests',
  more = '',
  target = 'kubernetes',
}: KubernetesApp): Place => {
  next += 10;
  const { project, name } = imageProject('kube', name => configFor({ name, port: next, stateless, via, more, target }));
  const state = join(project, '.bytechat', 'on', target);
  return {
    name: `${target}, ${stateless ? 'stateless' : 'stateful'}, by ${via}`,
    project,
    made: via === 'helm' ? 'helm' : 'apply',
    write: version => writeApp(join(project, 'app'), version),
    fingerprint: async () => [...inCluster(name), ...listing(state)].join('\n'),
    leftovers: async () => [...inCluster(name), ...listing(state)],
    sawTwoWriters: async () => logsOf(name).includes('two writers at once'),
    dispose: async () => {
      await bytechat(project, 'destroy', '--data', '--yes');
      await rm(project, { recursive: true, force: true });
    },
  };
};

interface Wanted extends Required<KubernetesApp> {
  readonly name: string;
  readonly port: number;
}

const configFor = ({ name, port, stateless, via, more, target }: Wanted): string => `target: ${target}
app:
  name: ${name}
  image: ${target === 'gcp' ? '{}' : `{ repository: ${registry}/bytechat-contract/${name} }`}
  container: { stateless: ${stateless} }
  port: ${port}-${port + 9}
  drain: 5
  health:
    - http: /healthz
kubernetes:
  via: ${via}
  cpu: 10m
  memory: 128Mi
health:
  within: 10
${more}`;

const kubectl = (...args: string[]): string => {
  try {
    return execFileSync('kubectl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
};

const KINDS = 'lease,configmap,secret,service,deployment,statefulset,pdb,networkpolicy,ingress,pvc,pod';

/** Everything in its namespace that a deploy might have touched: what it is, and which version of it. */
const inCluster = (name: string): string[] => {
  const columns = 'K:.kind,N:.metadata.name,U:.metadata.uid,G:.metadata.generation,V:.metadata.resourceVersion';
  const objects = kubectl(
    'get',
    KINDS,
    '-n',
    name,
    '-l',
    `bytechat.dev/app=${name}`,
    '--no-headers',
    '-o',
    `custom-columns=${columns}`,
  );
  return [...objects.split('\n'), ...kubectl('get', 'namespace', name, '-o', 'name', '--ignore-not-found').split('\n')]
    .map(line => line.trim())
    .filter(line => line !== '')
    .sort();
};

/** What its pods have printed, those that crashed too. */
const logsOf = (name: string): string =>
  ['--previous=false', '--previous=true']
    .map(which => kubectl('logs', '-n', name, '-l', `bytechat.dev/app=${name}`, '--tail=-1', which))
    .join('\n');
