import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import type { GkeFact } from '../../src/core/facts/google.ts';
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

const yaml = (gcp: string): string => `
target: gcp
gcp: ${gcp}
app:
  name: demo
  image: {}
  container: { stateless: true }
  port: 5101-5105
  health: [{ http: /healthz }]
keep: 2
`;

const config = configFrom(yaml('{ project: my-project }'));
const standard = configFrom(
  yaml(
    '{ project: my-project, region: europe-west1, cluster: { mode: standard, spot: true, nodes: { min: 0, max: 4 } } }',
  ),
);

/** A project with billing, in which nobody has done anything yet. */
const empty: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, keeper: '' },
  project: { ...freshFacts.project, id: 'my-project', apis: [] },
  gke: null,
  repository: null,
  cluster: clusterToBe,
};

const inEurope = {
  ...freshFacts.region,
  region: 'europe-west1',
  zones: ['europe-west1-b', 'europe-west1-c'],
  quotas: freshFacts.region.quotas.map(each => ({ ...each, limit: 1000 })),
};

/** The same when the first stage is done. */
const made: Facts = {
  ...empty,
  project: { ...freshFacts.project, id: 'my-project', apis: [...GOOGLE_APIS] },
  gke: runningCluster() as unknown as Json,
  repository: emptyRepository,
  cluster: { ...clusterToBe, server: 'https://203.0.113.9', version: 'v1.34.1', problem: null },
  tenants: [],
  googleImages: [],
};

const planFor = (name: keyof typeof operations, facts: Facts, options: object = {}, which = config): Plan =>
  decide(operations[name] as unknown as Change, name, {
    config: which,
    facts,
    options: { acceptDataLoss: false, ...options } as Parameters<typeof decide>[2]['options'],
  });

const withCluster = (more: Partial<GkeFact>, facts = made): Facts => ({
  ...facts,
  gke: runningCluster(more) as unknown as Json,
});

const LED = { url: 'http://localhost:5101', port: 5101 };
const stored = { ...made, stored: `sha256:${'ab12'.repeat(16)}` };
const deployed = inClusterAfter(planFor('deploy', stored), stored, LED);
const gone: Facts = { ...made, namespace: 'none', tenants: [], googleImages: twoImages.slice(0, 1) };
const beingMade: Facts = {
  ...withCluster({ status: 'PROVISIONING', operation: 'operation-17', endpoint: '' }, empty),
  project: made.project as Json,
};

goldenPlans('gcp', {
  'first-deploy': planFor('deploy', empty),
  'first-deploy-standard': planFor('deploy', { ...empty, region: inEurope }, {}, standard),
  'second-stage': planFor('deploy', made),
  resumed: planFor('deploy', beingMade),
  'no-op': planFor('deploy', deployed),
  destroy: planFor('destroy', { ...deployed, tenants: ['demo'], googleImages: twoImages }, { data: false }),
  'destroy-data': planFor('destroy', { ...deployed, tenants: ['demo'], googleImages: twoImages }, { data: true }),
  'destroy-second-stage': planFor('destroy', gone, { data: true }),
  'destroy-shared': planFor('destroy', { ...gone, tenants: ['shop'], googleImages: twoImages }, { data: true }),
  'destroy-foreign': planFor('destroy', { ...withCluster({ ours: false }, gone) }, { data: true }),
  create: planFor('gke create', empty),
  'create-running': planFor('gke create', made),
  update: planFor('gke update', withCluster({ channel: 'stable' })),
  delete: planFor('gke delete', { ...made, tenants: ['demo', 'shop'] }),
  push: planFor('gcr push', { ...empty, published: [] }),
  prune: planFor('gcr prune', { ...deployed, googleImages: twoImages, recorded: [], history: [] }, { keep: 0 }),
});

describe('a deploy to Google Cloud', () => {
  test('is two stages until the cluster runs, and then the target kubernetes alone', () => {
    expect(planFor('deploy', empty).later).toHaveLength(1);
    expect(planFor('deploy', empty)).toMatchObject({ books: 'here' });
    expect(planFor('deploy', made).later).toEqual([]);
    expect(planFor('deploy', made)).not.toHaveProperty('books');
    expect(planFor('deploy', deployed).steps).toEqual([]);
  });

  test('is a line of history only where a release is put in force', () => {
    expect(planFor('deploy', empty).release).toBeUndefined();
    expect(planFor('deploy', made).release).toBe('b7c01e5a90d2');
  });

  test('refuses a cluster that somebody else has made, one that has failed, and one that is being deleted', () => {
    const problemOf = (more: Partial<GkeFact>) => planFor('deploy', withCluster(more)).problems;
    expect(problemOf({ ours: false })).toMatchObject([
      { code: 'name-taken', fix: expect.stringMatching('--update-labels managed-by=bytechat') },
    ]);
    const because = 'Insufficient regional quota: CPUS';
    expect(problemOf({ status: 'ERROR', because })).toMatchObject([
      { code: 'cluster-refused', because, fix: expect.stringMatching('^bytechat gke delete') },
    ]);
    expect(problemOf({ status: 'STOPPING' })).toMatchObject([{ code: 'cluster-refused' }]);
  });

  test('tells what Google says about the project before anything else, and only once', () => {
    const problem = { code: 'no-permission', message: 'You may not see the project my-project' };
    const facts: Facts = {
      ...empty,
      project: { ...(empty.project as object), problems: [problem] } as Json,
      cluster: { ...clusterToBe, problem },
    };
    expect(planFor('deploy', facts).problems).toEqual([problem]);
  });
});

describe('the cluster alone', () => {
  const other = { ...runningCluster(), name: 'other' } as unknown as Json;
  const dear = configFrom(yaml('{ project: my-project, maxMonthly: 50 }'));

  test('says what it costs, and is not made when that is more than the file allows', () => {
    expect(planFor('gke create', empty).costs?.costs.map(({ what }) => what)).toEqual([
      "the cluster's fee, autopilot",
      'free tier',
    ]);
    expect(planFor('gke create', empty, {}, dear).problems).toEqual([]);
    const second = planFor('gke create', { ...empty, gkeClusters: [other] }, {}, dear);
    expect(second.problems).toMatchObject([{ code: 'over-budget' }]);
    expect(second.steps).toEqual([]);
  });

  test('is not asked for where a quota has no room for it', () => {
    const quotas = inEurope.quotas.map(each => ({ ...each, usage: each.limit }));
    const full = { ...empty, region: { ...inEurope, quotas } };
    const codes = planFor('gke create', full, {}, standard).problems.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['quota-exceeded']));
  });
});

describe('what is not ours, or not there', () => {
  test('is not deleted', () => {
    expect(() => planFor('gke delete', withCluster({ ours: false }))).toThrow(/is not ours to delete/);
    expect(planFor('gke delete', empty).steps).toEqual([]);
  });

  test('cannot be updated, rolled back or counted', () => {
    expect(() => planFor('gke update', empty)).toThrow(/There is no cluster bytechat in us-central1/);
    expect(() => planFor('gke update', made, { nodes: 3 })).toThrow(/is an Autopilot cluster/);
    expect(planFor('gke update', made).steps).toEqual([]);
  });

  test('a Standard cluster is brought to as many nodes as the config says, and as are asked for now', () => {
    const pool = { name: 'default', machine: 'e2-medium', nodes: 1, min: 1, max: 3, spot: true, diskGb: 30 };
    const facts = withCluster({ mode: 'standard', location: 'europe-west1-b', pools: [pool] });
    const { steps } = planFor('gke update', facts, { nodes: 0 }, standard);
    expect(steps.map(({ id, changes }) => [id, changes[0]?.because])).toEqual([
      ['nodes', '1–3 → 0–4'],
      ['size', '1 → 0'],
    ]);
  });
});
