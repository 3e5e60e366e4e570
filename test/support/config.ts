import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { KeptFact } from '../../src/core/facts/kept.ts';
import { nothingServes, type ServingFact } from '../../src/core/facts/serving.ts';
import type { Json } from '../../src/core/json.ts';
import { releaseOf } from '../../src/steps/release.ts';
import { configOf } from '../../src/steps/serve.ts';

/** A config from the text of its file, for a project in `root` and a bytechat in `home`. */
export const configFrom = (text: string, root = '/project', home = '/opt/bytechat'): Config => {
  const loaded = loadConfig(text, 'bytechat.yaml');
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return resolveConfig(loaded.config, {
    root,
    file: 'bytechat.yaml',
    origins: loaded.origins,
    package: { root: home, hasSources: false },
  });
};

const FRESH: KeptFact = {
  releases: [],
  order: [],
  settings: {},
  backups: [],
  proved: '',
  provedConfig: '',
  keeper: '5e9f1c0a7b2d',
  missing: [],
  secrets: {},
};

/** A machine on which nothing was deployed yet, and nothing is in the way. */
export const freshFacts = {
  git: { commit: '4e1b0c2f', dirty: 1 },
  machine: { node: '24.21.0', platform: 'linux', arch: 'x64', user: 'mira', host: 'atlas' },
  disk: { free: 38e9, writable: true },
  source: { hash: 'b7c01e', files: 2, built: '', changed: [], missing: [] },
  serving: nothingServes,
  kept: FRESH,
  ports: { free: 5101, taken: 0 },
  programs: [],
  environments: [],
  docker: { client: '28.2.2', server: '28.2.2', said: '', platform: 'linux/amd64', buildx: true },
  image: {
    tag: 'b7c01e5a90d2',
    hash: 'b7c01e5a90d2ffff',
    platform: 'linux/amd64',
    files: 2,
    changed: [],
    restless: [],
    missing: [],
    here: false,
    there: false,
  },
  stored: '',
  login: '',
  cluster: { context: 'prod', server: 'https://k.example.org', version: 'v1.34.2', problem: null },
  namespace: 'none',
  live: { objects: [], settled: false, taken: [], denied: [], helm: null },
  forward: null,
  helmProgram: null,
  project: {
    id: 'my-project',
    number: '123456789',
    account: 'mira@example.org',
    billing: true,
    apis: ['container.googleapis.com', 'artifactregistry.googleapis.com', 'compute.googleapis.com'],
    problems: [],
  },
  gke: null,
  gkeClusters: [],
  repository: null,
  googleImages: [],
  tenants: [],
  lock: null,
  infrastructure: null,
  'infrastructure state': null,
  region: {
    region: 'us-central1',
    exists: true,
    zones: ['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f'],
    quotas: [
      { metric: 'CPUS', limit: 24, usage: 0 },
      { metric: 'SSD_TOTAL_GB', limit: 500, usage: 0 },
      { metric: 'DISKS_TOTAL_GB', limit: 4096, usage: 0 },
      { metric: 'IN_USE_ADDRESSES', limit: 8, usage: 0 },
      { metric: 'INSTANCES', limit: 72, usage: 0 },
      { metric: 'PREEMPTIBLE_CPUS', limit: 0, usage: 0 },
    ],
  },
  containers: {
    door: 'none',
    version: '',
    host: '',
    port: 0,
    current: null,
    left: false,
    releases: [],
    trial: null,
    network: false,
    doorImage: 'bytechat-door:0d00r0d00r0d',
    doorBuilt: false,
    known: true,
    taken: [],
  },
} as const satisfies Facts;

/** The facts after a deploy of what they say is the source; `proved` is false when it did not live to prove it. */
export const afterDeploy = (config: Config, facts: Facts, proved = true): Facts => {
  const release = releaseOf(config, facts);
  const settings = configOf(config, facts);
  const before = facts.kept as KeptFact;
  const serving: ServingFact = {
    supervisor: 'answers',
    version: before.keeper,
    release,
    config: settings,
    pid: 4242,
    container: '',
    url: 'http://localhost:5101',
    port: 5101,
    since: '2026-11-23T14:02:07.000Z',
    log: `${config.state}/logs/${release}.log`,
    restarts: 0,
  };
  return {
    ...facts,
    serving,
    kept: {
      ...before,
      releases: [...before.releases, release].sort(),
      order: proved ? [release, ...before.order] : before.order,
      proved: proved ? release : '',
      provedConfig: proved ? settings : '',
    },
  };
};

/** The same facts with other sources, as somebody who edited a file would have them. */
export const withSource = (facts: Facts, hash: string, more: Readonly<Record<string, Json>> = {}): Facts => ({
  ...facts,
  source: { ...(facts.source as object), hash, ...more },
});
