import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { LiveFact } from '../../src/core/facts/cluster.ts';
import type { ImageFact } from '../../src/core/facts/image.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { isEmpty, type Plan } from '../../src/core/plan.ts';
import { decide } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { changedIn, DIGEST, inClusterAfter, of } from '../support/deployed.ts';
import { goldenPlans } from '../support/golden.ts';

const yaml = (container: string, more = ''): string => `
target: kubernetes
app:
  name: demo
  image: { repository: r.example.org/demo }
  container: ${container}
  port: 5101-5105
  env: { MODE: quiet }
  secrets: [TOKEN]
  health: [{ http: /healthz }, { exec: [node, probe.js, '{url}'] }]
keep: 2
${more}
`;

const configs = {
  stateless: configFrom(yaml('{ stateless: true }')),
  stateful: configFrom(
    yaml('{ volumes: { cache: /cache } }', 'kubernetes: { namespace: team, storage: { class: fast } }'),
  ),
  open: configFrom(
    yaml(
      '{ stateless: true }',
      'kubernetes: { expose: { type: loadBalancer, host: demo.example.org }, tls: demo-tls }',
    ),
  ),
};
type Kind = keyof typeof configs;

const first: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, keeper: '', secrets: { TOKEN: '9f86d081' } },
};

const planFor = (name: 'deploy' | 'rollback' | 'destroy', config: Config, facts: Facts, options: object = {}): Plan =>
  decide(operations[name] as unknown as Change, name, {
    config,
    facts,
    options: { acceptDataLoss: false, ...options } as Parameters<typeof decide>[2]['options'],
  });

const deployed = (config: Config, facts: Facts = first): Facts =>
  inClusterAfter(planFor('deploy', config, facts), facts, config === configs.open ? OPEN : LED);

const LED = { url: 'http://localhost:5101', port: 5101 };
const OPEN = { url: 'https://demo.example.org', port: 0 };

const edited = (config: Config): Facts => ({
  ...changedIn(deployed(config), 'image', {
    tag: '7d0f3a11c2e4',
    hash: '7d0f3a11c2e4ffff',
    changed: ['src/a.js changed'],
  }),
  stored: '',
});

const twice = (config: Config): Facts => deployed(config, edited(config));

const edit = (facts: Facts, kind: string, change: (object: KubeObject) => KubeObject): Facts =>
  changedIn(facts, 'live', {
    objects: of<LiveFact>(facts, 'live').objects.map(object => (object.kind === kind ? change(object) : object)),
  });

/** Everything that can happen on Kubernetes, by the name of its golden file. */
const plans: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries(
    (Object.keys(configs) as Kind[]).flatMap(kind => [
      [`first-deploy-${kind}`, planFor('deploy', configs[kind], first)],
      [`change-${kind}`, planFor('deploy', configs[kind], edited(configs[kind]))],
    ]),
  ),
  'no-op': planFor('deploy', configs.stateless, deployed(configs.stateless)),
  stored: planFor('deploy', configs.stateless, { ...edited(configs.stateless), stored: DIGEST }),
  'interrupted-proof': planFor(
    'deploy',
    configs.stateless,
    changedIn(deployed(configs.stateless), 'kept', { proved: '' }),
  ),
  'interrupted-rollout': planFor(
    'deploy',
    configs.stateless,
    changedIn(deployed(configs.stateless), 'live', { settled: false }),
  ),
  'opened-later': planFor('deploy', configs.open, deployed(configs.stateless)),
  'no-way-in': planFor('deploy', configs.stateless, {
    ...changedIn(deployed(configs.stateless), 'serving', { url: '', port: 0 }),
    forward: null,
  }),
  rollback: planFor('rollback', configs.stateless, twice(configs.stateless)),
  destroy: planFor('destroy', configs.stateful, twice(configs.stateful), { data: false }),
  'destroy-data': planFor('destroy', configs.stateful, twice(configs.stateful), { data: true }),
  'destroy-nothing': planFor('destroy', configs.stateful, first, { data: false }),
};

goldenPlans('kubernetes', plans);

describe('what is the same', () => {
  test('needs nothing', () => {
    for (const config of Object.values(configs)) expect(planFor('deploy', config, deployed(config)).steps).toEqual([]);
    expect(isEmpty(plans['destroy-nothing'] as Plan)).toBe(true);
  });

  test('is how many pods the autoscaler has started', () => {
    const scaled = edit(deployed(configs.stateless), 'Deployment', object => ({
      ...object,
      spec: { ...(object.spec as JsonObject), replicas: 7 },
    }));
    expect(planFor('deploy', configs.stateless, scaled).steps).toEqual([]);
  });
});

describe('what makes a deploy necessary', () => {
  const idsOf = (facts: Facts, config = configs.stateless): string[] =>
    planFor('deploy', config, facts).steps.map(({ id }) => id);
  const now = deployed(configs.stateless);
  const again = ['apply', 'rollout', 'health'];

  test.for<[string, Facts, string[]]>([
    ['another input', edited(configs.stateless), ['image', 'push', ...again]],
    ['another input, pushed already', { ...edited(configs.stateless), stored: DIGEST }, again],
    ['another secret', changedIn(now, 'kept', { secrets: { TOKEN: 'other' } }), again],
    [
      'a field that somebody has changed',
      edit(now, 'Service', object => ({ ...object, spec: { ...(object.spec as JsonObject), type: 'NodePort' } })),
      again,
    ],
    [
      'a label that somebody has taken away',
      edit(now, 'PodDisruptionBudget', object => ({ ...object, metadata: { ...object.metadata, labels: {} } })),
      again,
    ],
    [
      'an object that is gone',
      changedIn(now, 'live', {
        objects: of<LiveFact>(now, 'live').objects.filter(({ kind }) => kind !== 'NetworkPolicy'),
      }),
      again,
    ],
  ])('%s', ([, facts, ids]) => {
    expect(idsOf(facts)).toEqual(ids);
  });

  test.for([
    '{ stateless: true, writable: true }',
    '{ stateless: true, port: 80 }',
    '{ stateless: true, command: [a] }',
  ])('another setting: %s', container => expect(idsOf(now, configFrom(yaml(container)))).toEqual(again));

  test('a variable that was taken out: its ConfigMap goes when no release needs it any more', () => {
    const without = configFrom(yaml('{ stateless: true }').replace('env: { MODE: quiet }', 'env: {}'));
    expect(idsOf(now, without)).toEqual(again);
    const later = deployed(
      without,
      deployed(without, changedIn({ ...now, stored: '' }, 'image', { tag: 'cccccccccccc' })),
    );
    const third = changedIn({ ...later, stored: DIGEST }, 'image', { tag: 'dddddddddddd' });
    expect(idsOf(third, without)).toEqual([...again, 'prune']);
    expect(of<ImageFact>(third, 'image').tag).toBe('dddddddddddd');
  });
});

test('a release whose Secret is gone cannot be gone back to', () => {
  const facts = twice(configs.stateless);
  const without = changedIn(facts, 'live', {
    objects: of<LiveFact>(facts, 'live').objects.filter(({ kind }) => kind !== 'Secret'),
  });
  expect(() => planFor('rollback', configs.stateless, without)).toThrow(/Secret\/demo-\w+ of that release is gone/);
});

test('data are never pruned, and destroyed only when asked', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-demo-0' } };
  const facts = changedIn(deployed(configs.stateful), 'live', {
    objects: [...of<LiveFact>(deployed(configs.stateful), 'live').objects, claim],
  });
  expect(planFor('deploy', configs.stateful, facts).steps).toEqual([]);
  expect(JSON.stringify(planFor('destroy', configs.stateful, facts, { data: false }).steps[0]?.actions)).not.toContain(
    'data-demo-0',
  );
  expect(JSON.stringify(planFor('destroy', configs.stateful, facts, { data: true }).steps[0]?.actions)).toContain(
    'data-demo-0',
  );
});

test('a secret is in a plan by its name alone', () => {
  expect(JSON.stringify(planFor('deploy', configs.stateless, first))).toContain('{"$secret":"TOKEN"}');
});
