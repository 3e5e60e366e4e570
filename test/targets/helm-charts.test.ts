import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import type { HelmReleaseFact } from '../../src/core/facts/cluster.ts';
import type { Json } from '../../src/core/json.ts';
import { isEmpty, type Plan } from '../../src/core/plan.ts';
import { decide, parseOptions } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change, Question } from '../../src/operations/operation.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { goldenPlans } from '../support/golden.ts';
import { goldenOf } from '../support/plan.ts';

const config = configFrom(`
target: kubernetes
app:
  name: demo
  image: { repository: r.example.org/demo }
  container: { stateless: true }
  secrets: [TOKEN]
  health: [{ http: /healthz }]
kubernetes: { via: manifests, context: engines }
`);

const cache: HelmReleaseFact = {
  name: 'cache',
  revision: 4,
  status: 'deployed',
  deployed: 4,
  revisions: [2, 3, 4],
  chart: 'redis-1.2.3',
  updated: '2026-11-23T14:02:07.000Z',
  description: 'Upgrade complete',
  workloads: [{ kind: 'StatefulSet', name: 'cache', ready: 1, wanted: 1 }],
};

const first: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, secrets: { TOKEN: '9f86d081' } },
  cluster: { context: 'engines', server: 'https://10.0.0.1:6443', version: 'v1.34.2', problem: null },
  namespace: 'ours',
  live: { objects: [], settled: false, taken: [], denied: [], helm: null },
  forward: null,
  stored: `sha256:${'0a'.repeat(32)}`,
  helmReleases: [],
};
const having = (more: Partial<HelmReleaseFact> = {}): Facts => ({
  ...first,
  helmReleases: [{ ...cache, ...more }] as unknown as Json,
});

const planFor = (name: keyof typeof operations, facts: Facts, options: object): Plan => {
  const operation = operations[name] as unknown as Change;
  return decide(operation, name, { config, facts, options: parseOptions(operation, options) });
};

const other = { chart: './redis', release: 'cache' };

const plans: Readonly<Record<string, Plan>> = {
  install: planFor('helm install', first, { ...other, values: 'cache.yaml' }),
  upgrade: planFor('helm upgrade', having(), other),
  'upgrade-pending': planFor('helm upgrade', having({ revision: 5, status: 'pending-upgrade' }), other),
  'upgrade-uninstalling': planFor('helm upgrade', having({ status: 'uninstalling', deployed: 3 }), other),
  rollback: planFor('helm rollback', having(), { release: 'cache' }),
  uninstall: planFor('helm uninstall', having(), { release: 'cache' }),
  template: planFor('helm template', first, { chart: './redis' }),
};

goldenPlans('helm-chart', plans);

describe('of the app', () => {
  test('install and upgrade do what deploy by Helm does', () => {
    const byHelm = { ...config, kubernetes: { ...config.kubernetes, via: 'helm' as const } };
    const deploy = decide(operations.deploy as unknown as Change, 'deploy', {
      config: byHelm,
      facts: first,
      options: {},
    });
    expect(planFor('helm install', first, {}).steps).toEqual(deploy.steps);
    expect(planFor('helm upgrade', first, { install: true }).steps).toEqual(deploy.steps);
    expect(planFor('helm upgrade', first, { install: true }).release).toBe(deploy.release);
  });

  test('template names its secrets, and reveals none', () => {
    const text = JSON.stringify(planFor('helm template', first, {}).steps);
    expect(text).toContain('(the secret TOKEN)');
    expect(text).not.toContain('$secret');
    expect(goldenOf(planFor('helm template', { ...first, stored: '' }, {}))).toContain(
      'r.example.org/demo:b7c01e5a90d2',
    );
  });
});

describe('what is refused', () => {
  test.for<[string, () => Plan, string]>([
    [
      'install of one that is there',
      () => planFor('helm install', having(), other),
      'There is a Helm release cache already',
    ],
    [
      'upgrade of one that is not',
      () => planFor('helm upgrade', first, other),
      'There is no Helm release cache in demo',
    ],
    [
      'rollback of one that is not',
      () => planFor('helm rollback', first, { release: 'cache' }),
      'no Helm release cache',
    ],
    [
      'a revision that is forgotten',
      () => planFor('helm rollback', having(), { release: 'cache', revision: 1 }),
      'cache has no revision 1',
    ],
    [
      'a way back from the first',
      () => planFor('helm rollback', having({ revisions: [4] }), { release: 'cache' }),
      'no earlier revision',
    ],
    [
      'a chart without a release',
      () => planFor('helm install', first, { chart: './redis' }),
      '--chart and --release go together',
    ],
    [
      'a release without a chart',
      () => planFor('helm upgrade', having(), { release: 'cache' }),
      '--chart and --release go together',
    ],
    [
      'values without a chart',
      () => planFor('helm install', first, { values: 'a.yaml' }),
      '--values is for another chart',
    ],
  ])('%s', ([, work, said]) => {
    expect(work).toThrow(said);
  });

  test('to uninstall what is not there is nothing to do', () => {
    expect(isEmpty(planFor('helm uninstall', first, { release: 'cache' }))).toBe(true);
  });
});

test('status is good when it is deployed and all of it is ready', () => {
  const ok = (facts: Facts): boolean =>
    (operations['helm status'] as unknown as Question).answer(config, facts, { release: 'cache' } as never).ok;
  expect(ok(having())).toBe(true);
  expect(ok(having({ status: 'failed' }))).toBe(false);
  expect(ok(having({ workloads: [{ kind: 'Deployment', name: 'a', ready: 1, wanted: 2 }] }))).toBe(false);
});
