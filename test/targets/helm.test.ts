import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import type { HelmFact } from '../../src/core/facts/cluster.ts';
import type { KeptFact } from '../../src/core/facts/kept.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { isEmpty, type Plan, toolsOf } from '../../src/core/plan.ts';
import { BytechatError } from '../../src/core/problem.ts';
import { decide } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { valuesFrom } from '../../src/steps/manifests/from.ts';
import { chartObjects } from '../../src/steps/manifests/helm.ts';
import { stampedObjects } from '../../src/steps/manifests/stamp.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { goldenPlans } from '../support/golden.ts';

const yaml = (via: string): string => `
target: kubernetes
app:
  name: demo
  image: { repository: r.example.org/demo }
  container: { stateless: true }
  port: 5101-5105
  env: { MODE: quiet }
  secrets: [TOKEN]
  health: [{ http: /healthz }]
kubernetes: { via: ${via}, context: engines, replicas: { min: 2, max: 2 } }
keep: 2
`;

type Via = 'helm' | 'manifests';
const configs = { helm: configFrom(yaml('helm')), manifests: configFrom(yaml('manifests')) };

const DIGEST = `sha256:${'0a'.repeat(32)}`;

const first: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, secrets: { TOKEN: '9f86d081' } },
  cluster: { context: 'engines', server: 'https://10.0.0.1:6443', version: 'v1.34.2', problem: null },
  namespace: 'none',
  live: { objects: [], settled: false, taken: [], denied: [], helm: null },
  forward: null,
  stored: '',
};

const changedIn = (facts: Facts, name: string, more: object): Facts => ({
  ...facts,
  [name]: { ...(facts[name] as object), ...more } as Json,
});

const helmFact = (facts: Facts): HelmFact | null => (facts.live as unknown as { helm: HelmFact | null }).helm;

const next = (now: HelmFact | null): HelmFact => {
  const revision = (now?.revision ?? 0) + 1;
  return { revision, status: 'deployed', deployed: revision, revisions: [...(now?.revisions ?? []), revision] };
};

const ownedBy = (via: Via, object: KubeObject): KubeObject =>
  via === 'manifests'
    ? object
    : {
        ...object,
        metadata: {
          ...object.metadata,
          annotations: { ...object.metadata.annotations, 'meta.helm.sh/release-name': 'demo' },
        },
      };

const OF_RELEASES = ['ConfigMap', 'Secret'];

/** What is true after a deploy of what the image fact says. */
const deployed = (via: Via, facts: Facts = first): Facts => {
  const pushed = { ...facts, stored: DIGEST };
  const values = valuesFrom(configs[via], pushed);
  const { release, config } = values;
  const made = via === 'helm' ? chartObjects(values) : stampedObjects(values);
  const helm = via === 'helm' ? next(helmFact(facts)) : null;
  const settings = {
    objects: made,
    config,
    ...(helm && { helm: { revision: helm.revision } }),
  } as unknown as JsonObject;
  const before = (facts.live as unknown as { objects: KubeObject[] }).objects;
  const names = made.map(({ metadata }) => metadata.name);
  const old = before.filter(({ kind, metadata }) => OF_RELEASES.includes(kind) && !names.includes(metadata.name));
  const kept = facts.kept as unknown as KeptFact;
  return [
    ['live', { objects: [...made.map(object => ownedBy(via, object)), ...old], settled: true, helm }],
    ['serving', { release, config, supervisor: 'answers', url: 'http://localhost:5101', port: 5101 }],
    ['kept', { releases: [...kept.releases, release].sort(), order: [release, ...kept.order] }],
    ['kept', { settings: { ...kept.settings, [release]: settings }, proved: release, provedConfig: config }],
  ].reduce((all, [name, more]) => changedIn(all, name as string, more as object), {
    ...pushed,
    namespace: 'ours',
  } as Facts);
};

const edited = (facts: Facts): Facts => ({
  ...changedIn(facts, 'image', { tag: '7d0f3a11c2e4', hash: '7d0f3a11c2e4ffff' }),
  stored: '',
});

const withHelm = (facts: Facts, helm: Partial<HelmFact> | null): Facts =>
  changedIn(facts, 'live', { helm: helm && { ...helmFact(facts), ...helm } });

const left = (facts: Facts, status: string): Facts => {
  const { revision = 0, deployed: good = 0, revisions = [] } = helmFact(facts) ?? {};
  return withHelm(facts, { revision: revision + 1, status, deployed: good, revisions: [...revisions, revision + 1] });
};

const planFor = (name: keyof typeof operations, facts: Facts, via: Via = 'helm', options: object = {}): Plan =>
  decide(operations[name] as unknown as Change, name, { config: configs[via], facts, options: options as never });

const twice = deployed('helm', edited(deployed('helm')));

/** Everything that can happen with Helm, by the name of its golden file. */
const plans: Readonly<Record<string, Plan>> = {
  'first-deploy': planFor('deploy', first),
  change: planFor('deploy', edited(deployed('helm'))),
  'no-op': planFor('deploy', deployed('helm')),
  'interrupted-proof': planFor('deploy', changedIn(deployed('helm'), 'kept', { proved: '' })),
  'failed-before': planFor('deploy', left(deployed('helm'), 'failed')),
  rollback: planFor('rollback', twice),
  'pending-upgrade': planFor('deploy', left(edited(deployed('helm')), 'pending-upgrade')),
  'pending-install': planFor('deploy', left(first, 'pending-install')),
  'pending-unchanged': planFor('deploy', left(deployed('helm'), 'pending-upgrade')),
  uninstalling: planFor('deploy', withHelm(deployed('helm'), { status: 'uninstalling', deployed: 0 })),
  destroy: planFor('destroy', twice, 'helm', { data: false }),
  'destroy-data': planFor('destroy', twice, 'helm', { data: true }),
  'from-manifests': planFor('deploy', deployed('manifests'), 'helm'),
  'to-manifests': planFor('deploy', deployed('helm'), 'manifests'),
  'to-manifests-interrupted': planFor('deploy', withHelm(deployed('manifests'), next(null)), 'manifests'),
  'rollback-to-manifests': planFor('rollback', deployed('helm', edited(deployed('manifests')))),
};

goldenPlans('helm', plans);

describe('what is the same', () => {
  test('needs nothing, and Helm is not called', () => {
    expect(isEmpty(planFor('deploy', deployed('helm')))).toBe(true);
    expect(isEmpty(planFor('destroy', first, 'helm', { data: false }))).toBe(true);
  });
});

describe('what makes an upgrade necessary', () => {
  const now = deployed('helm');
  const idsOf = (facts: Facts): string[] => planFor('deploy', facts).steps.map(({ id }) => id);
  const again = ['helm', 'rollout', 'health'];
  const without = (kind: string): Facts => {
    const { objects } = now.live as unknown as { objects: KubeObject[] };
    return changedIn(now, 'live', { objects: objects.filter(object => object.kind !== kind) });
  };

  test.for<[string, Facts, string[]]>([
    ['another secret', changedIn(now, 'kept', { secrets: { TOKEN: 'other' } }), [...again]],
    ['an object that is gone', without('Service'), again],
    ['a release that failed', left(now, 'failed'), again],
    ['a release that Helm has forgotten', withHelm(now, null), again],
    ['one that is left pending', left(now, 'pending-rollback'), ['repair', ...again]],
  ])('%s', ([, facts, ids]) => {
    expect(idsOf(facts).filter(id => id !== 'prune')).toEqual(ids);
  });
});

test('what the nodes pull with is applied beside the chart, and is none of its objects', () => {
  const config = configFrom(`${yaml('helm')}registry: { username: ci, password: REGISTRY_PASSWORD }\n`);
  const facts = { ...first, login: '5f4dcc3b' };
  const { steps } = decide(operations.deploy as unknown as Change, 'deploy', { config, facts, options: {} });
  const ids = steps.map(({ id }) => id);
  expect(ids.indexOf('login')).toBe(ids.indexOf('helm') - 1);
  const objects = steps
    .find(({ id }) => id === 'login')
    ?.actions.flatMap(action => ('request' in action ? action.request.objects : []));
  expect(objects).toMatchObject([{ kind: 'Secret', metadata: { name: 'demo-registry' } }]);
});

describe('going back', () => {
  const undoOf = (plan: Plan): string[] =>
    (plan.steps.find(({ id }) => id === 'helm')?.undo ?? []).map(action =>
      action.kind === 'command' ? action.args.slice(0, 3).join(' ') : action.method,
    );

  test('is to the revision that was proved, also when a killed deploy has left a later one deployed', () => {
    const killed = withHelm(edited(deployed('helm')), { revision: 2, deployed: 2, revisions: [1, 2] });
    expect(undoOf(planFor('deploy', killed))[0]).toBe('rollback demo 1');
  });

  test('is to what is deployed, when Helm has forgotten the other', () => {
    const later = withHelm(edited(deployed('helm')), { revision: 30, deployed: 30, revisions: [29, 30] });
    expect(undoOf(planFor('deploy', later))[0]).toBe('rollback demo 30');
  });

  test('to a release that Helm has forgotten is refused, with what to do', () => {
    const forgotten = withHelm(twice, { revision: 2, deployed: 2, revisions: [2] });
    const work = (): Plan => planFor('rollback', forgotten);
    expect(work).toThrow(BytechatError);
    expect(work).toThrow('Helm has forgotten revision 1 of demo, which was b7c01e');
  });

  test('an app that was applied before goes back without Helm', () => {
    expect(undoOf(planFor('deploy', edited(deployed('manifests'))))).toEqual([
      'forget',
      'disown',
      'apply',
      'replace',
      'rollout',
      'wait',
    ]);
  });
});

describe('a plan', () => {
  test('holds secrets by name alone, and hands them over on stdin', () => {
    vi.stubEnv('TOKEN', 's3cr3t-value');
    onTestFinished(() => void vi.unstubAllEnvs());
    const plan = planFor('deploy', first);
    expect(JSON.stringify(plan)).not.toContain('s3cr3t-value');
    const helm = plan.steps.flatMap(({ actions }) => actions).find(({ kind }) => kind === 'command' && true);
    const upgrade = plan.steps.find(({ id }) => id === 'helm')?.actions.find(({ kind }) => kind === 'command');
    expect(helm).toBeDefined();
    expect(upgrade).toMatchObject({ input: { secrets: { TOKEN: { $secret: 'TOKEN' } } } });
  });

  test('writes down the revision that Helm tells it', () => {
    expect(planFor('deploy', first).settings).toMatchObject({ helm: { revision: { $value: 'helm.revision' } } });
    expect(planFor('deploy', deployed('helm')).settings).toMatchObject({ helm: { revision: 1 } });
  });

  test('says what was left, and by whom that may have been', () => {
    expect(plans['pending-upgrade']?.notices).toEqual([
      'Revision 2 of the Helm release demo was left pending-upgrade, by a deploy that was killed or a helm run by hand: it is repaired first',
    ]);
    expect(plans.change?.notices).toBeUndefined();
  });

  test('needs Helm only where Helm is called', () => {
    const toolsIn = (name: string): string[] => toolsOf(plans[name] as Plan).map(({ file }) => file);
    expect(toolsIn('rollback')).toEqual(['helm']);
    expect(toolsIn('interrupted-proof')).toEqual([]);
    expect(toolsIn('to-manifests')).toEqual([]);
  });
});
