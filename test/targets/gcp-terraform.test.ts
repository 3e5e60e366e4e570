import { describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { PendingChange, TerraformFact } from '../../src/core/facts/terraform.ts';
import { GOOGLE_APIS } from '../../src/core/google.ts';
import type { Json } from '../../src/core/json.ts';
import type { Plan } from '../../src/core/plan.ts';
import { decide } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { inClusterAfter } from '../support/deployed.ts';
import { goldenPlans } from '../support/golden.ts';
import { clusterToBe, emptyRepository, runningCluster, twoImages } from '../support/google-facts.ts';

const yaml = (more: string): string => `
target: gcp
gcp: { project: my-project, infrastructure: terraform, ${more} }
app:
  name: demo
  image: {}
  container: { stateless: true }
  port: 5101-5105
  health: [{ http: /healthz }]
keep: 2
`;

const config = configFrom(yaml('terraform: { backend: { bucket: my-project-terraform } }'));

const folder: TerraformFact = {
  dir: '/project/terraform/envs/production',
  exists: true,
  initialized: true,
  workspace: 'default',
  backend: 'gcs my-project-terraform/bytechat/production',
  asksBucket: false,
  variables: ['project_id', 'region', 'name', 'repository', 'autopilot', 'alert_email'],
  sensitive: [],
  version: '1.11.4',
  looked: ['terraform/envs/production'],
};

const pendingOf = (action: string, address: string, importing = false): PendingChange => ({
  action,
  address,
  type: address.split('.').at(-2) ?? '',
  importing,
});
const CLUSTER = 'module.environment.module.gke.google_container_cluster.this';

const looked = (pending: readonly PendingChange[] | null, more: Partial<TerraformFact> = {}): Json => ({
  folder: { ...folder, ...more },
  pending,
});

const empty: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, keeper: '' },
  project: { ...freshFacts.project, id: 'my-project', apis: [] },
  cluster: clusterToBe,
  infrastructure: looked(null, { initialized: false }),
};

const made: Facts = {
  ...empty,
  project: { ...freshFacts.project, id: 'my-project', apis: [...GOOGLE_APIS] },
  gke: runningCluster() as unknown as Json,
  repository: emptyRepository,
  cluster: { ...clusterToBe, server: 'https://203.0.113.9', version: 'v1.34.1', problem: null },
  infrastructure: looked([]),
  'infrastructure state': [{ address: CLUSTER, guarded: false }],
};

const planFor = (name: keyof typeof operations, facts: Facts, options: object = {}): Plan =>
  decide(operations[name] as unknown as Change, name, {
    config,
    facts,
    options: { acceptDataLoss: false, ...options } as Parameters<typeof decide>[2]['options'],
  });

const stored = { ...made, stored: `sha256:${'ab12'.repeat(16)}` };
const deployed = inClusterAfter(planFor('deploy', stored), stored, { url: 'http://localhost:5101', port: 5101 });
const gone: Facts = { ...made, namespace: 'none', tenants: [], googleImages: twoImages.slice(0, 1) };

goldenPlans('gcp-terraform', {
  'first-deploy': planFor('deploy', empty),
  'first-deploy-known': planFor('deploy', { ...empty, infrastructure: looked([pendingOf('create', CLUSTER)]) }),
  'second-stage': planFor('deploy', made),
  change: planFor('deploy', { ...deployed, infrastructure: looked([pendingOf('update', CLUSTER)]) }),
  'taken-over': planFor('deploy', { ...deployed, infrastructure: looked([pendingOf('update', CLUSTER, true)]) }),
  'no-op': planFor('deploy', deployed),
  'destroy-second-stage': planFor('destroy', gone, { data: true }),
  'destroy-shared': planFor('destroy', { ...gone, googleImages: twoImages }, { data: true }),
});

const stepsOf = (plan: Plan): string[] => plan.steps.map(({ id }) => id);

describe('a cluster that Terraform makes', () => {
  test('is asked for when the image is built, and what Google has to have by then is not made twice', () => {
    const steps = stepsOf(planFor('deploy', empty));
    expect(steps).toEqual(['image', 'init', 'plan', 'terraform', 'ready', 'push']);
  });

  test('is left alone when configuration and state say the same, or nothing can be known', () => {
    expect(stepsOf(planFor('deploy', deployed))).toEqual([]);
    expect(stepsOf(planFor('deploy', { ...deployed, infrastructure: looked(null) }))).toEqual(['plan', 'terraform']);
  });

  test('is not made a second time by a state that does not know it: that is judged under its lock', () => {
    const presentIn = (facts: Facts): string[] => {
      const [action] = planFor('deploy', facts).steps.find(({ id }) => id === 'plan')?.actions ?? [];
      const { present = {} } = (action?.kind === 'call' ? action.request : {}) as { present?: object };
      return Object.keys(present);
    };
    const CREATED = looked([pendingOf('create', CLUSTER)]);
    expect(presentIn({ ...deployed, infrastructure: CREATED })).toEqual([
      'google_container_cluster',
      'google_artifact_registry_repository',
    ]);
    expect(presentIn({ ...empty, infrastructure: CREATED })).toEqual([]);
  });

  test('goes as a whole, or not at all, and only once', () => {
    expect(stepsOf(planFor('destroy', gone, { data: true }))).toEqual(['plan', 'terraform', 'remains']);
    const shared = planFor('destroy', { ...gone, googleImages: twoImages }, { data: true });
    expect(shared.steps).toEqual([]);
    expect(shared.notices).toEqual(['The repository bytechat stays: others have 1 images in it']);
    const nothing = { ...gone, gke: null, repository: null, googleImages: [], 'infrastructure state': [] };
    expect(planFor('destroy', nothing, { data: true }).steps).toEqual([]);
  });

  test('is not emptied when it will not go', () => {
    const guarded = { ...deployed, 'infrastructure state': [{ address: CLUSTER, guarded: true }] };
    expect(() => planFor('destroy', guarded, { data: true })).toThrow(/A resource is protected from deletion/);
    expect(planFor('destroy', guarded, { data: false }).steps).not.toEqual([]);
  });

  test.for(['gke create', 'gke update', 'gke delete'] as const)('is not for %s', name => {
    expect(() => planFor(name, made)).toThrow(/^Terraform (makes|changes|deletes) this cluster$/);
  });

  test('its repository is made by Terraform alone', () => {
    expect(() => planFor('gcr push', { ...empty, published: [] })).toThrow(/Terraform makes the repository bytechat/);
  });
});

describe('its folder', () => {
  const check = checksFor([]).find(({ id }) => id === 'infrastructure');
  const found = (more: Partial<TerraformFact>) =>
    check?.examine(config, { ...empty, infrastructure: looked(null, more) });

  test('has to be there, and Terraform to be installed', () => {
    expect(found({})).toEqual([]);
    expect(found({ version: '' })).toMatchObject([{ code: 'tool-missing' }]);
    expect(found({ version: '1.8.5' })).toMatchObject([{ code: 'tool-missing' }]);
    expect(found({ exists: false, dir: '' })).toMatchObject([
      { code: 'missing-file', fix: expect.stringMatching(/^cp -r \S+templates\/terraform terraform; or name/) },
    ]);
  });

  test('has a bucket for its state', () => {
    const bare = configFrom(yaml(''));
    const asking = { ...empty, infrastructure: looked(null, { asksBucket: true, initialized: false }) };
    expect(check?.examine(bare, asking)).toMatchObject([{ code: 'missing-value' }]);
    expect(check?.examine(config, asking)).toEqual([]);
  });

  test('is told no secret where everybody can read it', () => {
    const open = configFrom(yaml('terraform: { backend: { access_token: x } }'));
    expect(check?.examine(open, empty)).toMatchObject([{ code: 'usage' }]);
  });
});
