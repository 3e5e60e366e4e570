import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import type { ContainersFact } from '../../src/core/facts/containers.ts';
import type { ImageFact } from '../../src/core/facts/image.ts';
import type { KeptFact } from '../../src/core/facts/kept.ts';
import type { ServingFact } from '../../src/core/facts/serving.ts';
import type { Json } from '../../src/core/json.ts';
import { isEmpty, type Plan, toolsOf } from '../../src/core/plan.ts';
import { decide } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { containerConfigOf, containerName } from '../../src/steps/container-run.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { goldenPlans } from '../support/golden.ts';

const yaml = (container: string, handover = 'standby'): string => `
target: docker
app:
  name: demo
  image: { dockerfile: docker/Dockerfile, args: { MODE: production }, secrets: [NPM_TOKEN], repository: r.example.org/demo }
  container: ${container}
  port: 5101-5105
  handover: ${handover}
  env: { MODE: quiet }
  secrets: [TOKEN]
  health: [{ http: /healthz }, { exec: [node, probe.js, '{url}'] }]
keep: 2
registry: { username: ci, password: REGISTRY_PASSWORD }
`;

const configs = {
  standby: configFrom(yaml('{ proxyProtocol: true }')),
  restart: configFrom(yaml('{ port: 80, capabilities: [NET_BIND_SERVICE], volumes: { cache: /cache } }', 'restart')),
  stateless: configFrom(yaml('{ stateless: true, writable: true, command: [serve, --fast] }', 'restart')),
};
type Kind = keyof typeof configs;
const kinds = Object.keys(configs) as Kind[];

const first: Facts = { ...freshFacts, kept: { ...freshFacts.kept, keeper: '1', secrets: { TOKEN: '9f86d081' } } };

const of = <Shape>(facts: Facts, name: string): Shape => facts[name] as unknown as Shape;
const changedIn = (facts: Facts, name: string, more: object): Facts => ({
  ...facts,
  [name]: { ...(facts[name] as object), ...more } as Json,
});

/** What is true after a deploy of what the image fact says. */
const deployed = (kind: Kind, facts: Facts = first): Facts => {
  const config = configs[kind];
  const { tag } = of<ImageFact>(facts, 'image');
  const [name, how] = [containerName(config, facts, tag), containerConfigOf(config, facts)];
  const { releases } = of<ContainersFact>(facts, 'containers');
  const kept = of<KeptFact>(facts, 'kept');
  const ended = releases.map(release => ({ ...release, runs: false }));
  const current = {
    container: name,
    release: tag,
    config: how,
    host: name,
    port: 8080,
    proxyProtocol: false,
    drainMs: 1,
  };
  const serving: Partial<ServingFact> = {
    supervisor: 'answers',
    version: '1',
    release: tag,
    config: how,
    container: name,
  };
  return [
    ['image', { here: true }],
    ['serving', { ...serving, url: 'http://localhost:5101', port: 5101 }],
    ['kept', { releases: [...kept.releases, tag].sort(), order: [tag, ...kept.order], proved: tag, provedConfig: how }],
    ['containers', { door: 'answers', version: '1', host: '127.0.0.1', port: 5101, network: true, doorBuilt: true }],
    [
      'containers',
      {
        current,
        releases: [...ended, { name, release: tag, config: how, runs: true, created: `2026-11-2${releases.length}` }],
      },
    ],
  ].reduce((all, [fact, more]) => changedIn(all, fact as string, more as object), facts);
};

const edited = (kind: Kind): Facts =>
  changedIn(deployed(kind), 'image', {
    tag: '7d0f3a11c2e4',
    hash: '7d0f3a11c2e4ffff',
    here: false,
    changed: ['src/a.js changed'],
  });

const twice = (kind: Kind): Facts => deployed(kind, edited(kind));

const planFor = (
  name: 'deploy' | 'rollback' | 'destroy' | 'docker build' | 'docker push' | 'docker run' | 'docker stop',
  kind: Kind,
  facts: Facts,
  options: Parameters<typeof decide>[2]['options'] = { acceptDataLoss: false },
): Plan => decide(operations[name] as unknown as Change, name, { config: configs[kind], facts, options });

const withContainers = (facts: Facts, more: Partial<ContainersFact>): Facts => changedIn(facts, 'containers', more);
const backup = (facts: Facts): Facts =>
  changedIn(facts, 'kept', { backups: [`${of<KeptFact>(facts, 'kept').order[1]}-20261123T140207`] });
const stray = { name: 'bytechat-demo-aaaaaa-1', release: 'aaaaaa', config: '', runs: true, created: '2026-11-19' };
const trial = (facts: Facts) => ({
  release: of<ImageFact>(facts, 'image').tag,
  config: containerConfigOf(configs.standby, facts),
  runs: true,
  port: 5101,
});

/** Everything that can happen in Docker, by the name of its golden file. */
const plans: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries(
    kinds.flatMap(kind => [
      [`first-deploy-${kind}`, planFor('deploy', kind, first)],
      [`change-${kind}`, planFor('deploy', kind, edited(kind))],
    ]),
  ),
  'no-op': planFor('deploy', 'standby', deployed('standby')),
  pull: planFor('deploy', 'standby', changedIn(edited('standby'), 'image', { there: true })),
  'interrupted-proof': planFor('deploy', 'standby', changedIn(deployed('standby'), 'kept', { proved: '' })),
  'interrupted-retirement': planFor(
    'deploy',
    'standby',
    withContainers(deployed('standby'), {
      releases: [stray, ...of<ContainersFact>(deployed('standby'), 'containers').releases],
    }),
  ),
  'new-door': planFor('deploy', 'standby', withContainers(deployed('standby'), { version: '0' })),
  'dead-door': planFor(
    'deploy',
    'standby',
    withContainers(changedIn(deployed('standby'), 'serving', { supervisor: 'gone', release: '' }), { door: 'stopped' }),
  ),
  'old-releases': planFor(
    'deploy',
    'standby',
    changedIn(edited('standby'), 'kept', {
      releases: ['aaaaaaaaaaaa', 'b7c01e5a90d2', 'cccccccccccc'],
      order: ['b7c01e5a90d2', 'cccccccccccc', 'aaaaaaaaaaaa'],
    }),
  ),
  rollback: planFor('rollback', 'standby', twice('standby')),
  'rollback-data': planFor('rollback', 'standby', backup(twice('standby')), { acceptDataLoss: true }),
  'rollback-restart': planFor('rollback', 'restart', twice('restart')),
  destroy: planFor('destroy', 'restart', twice('restart'), { data: false }),
  'destroy-data': planFor('destroy', 'restart', twice('restart'), { data: true }),
  'destroy-nothing': planFor('destroy', 'standby', first, { data: false }),
  build: planFor('docker build', 'standby', edited('standby'), { explain: true }),
  push: planFor('docker push', 'standby', { ...edited('standby'), published: [], stored: '' }, { explain: false }),
  run: planFor('docker run', 'standby', edited('standby'), {}),
  stop: planFor('docker stop', 'standby', withContainers(first, { trial: trial(first) }), {}),
};

goldenPlans('docker', plans);

describe('plans', () => {
  test('hold secrets by name alone, and keep them out of the arguments', () => {
    vi.stubEnv('TOKEN', 's3cr3t-value');
    onTestFinished(() => void vi.unstubAllEnvs());
    const plan = planFor('deploy', 'standby', first);
    expect(JSON.stringify(plan)).not.toContain('s3cr3t-value');
    const commands = plan.steps.flatMap(({ actions }) => actions).filter(({ kind }) => kind === 'command');
    for (const { args, env } of commands as unknown as { args: string[]; env?: object }[]) {
      expect(args.join(' ')).not.toMatch(/TOKEN=/);
      if (args.includes('NPM_TOKEN')) expect(env).toHaveProperty('NPM_TOKEN');
    }
  });
});

describe('what is the same', () => {
  test('needs nothing', () => {
    for (const kind of kinds) expect(isEmpty(planFor('deploy', kind, deployed(kind)))).toBe(true);
    expect(isEmpty(plans['destroy-nothing'] as Plan)).toBe(true);
    expect(isEmpty(planFor('docker build', 'standby', deployed('standby')))).toBe(true);
    expect(
      isEmpty(planFor('docker push', 'standby', { ...first, published: ['b7c01e5a90d2'], stored: 'sha256:ab' })),
    ).toBe(true);
    expect(isEmpty(planFor('docker run', 'standby', withContainers(first, { trial: trial(first) })))).toBe(true);
    expect(isEmpty(planFor('docker stop', 'standby', first))).toBe(true);
  });
});

describe('what makes a deploy necessary', () => {
  const idsOf = (facts: Facts, config = configs.standby): string[] =>
    decide(operations.deploy as unknown as Change, 'deploy', { config, facts, options: {} }).steps.map(({ id }) => id);
  const now = deployed('standby');
  const again = ['start', 'switch', 'health', 'retire'];

  test.for<[string, Facts, string[]]>([
    ['another input', edited('standby'), ['image', ...again]],
    ['another input, built already', changedIn(edited('standby'), 'image', { here: true }), again],
    ['another secret', changedIn(now, 'kept', { secrets: { TOKEN: 'other' } }), again],
    ['an app that ended', changedIn(now, 'serving', { release: '' }), again],
    ['a door that is gone', withContainers(now, { door: 'none', host: '', port: 0 }), ['door', 'health']],
    ['a network that is gone', withContainers(now, { network: false }), ['door', 'health']],
  ])('%s', ([, facts, ids]) => {
    expect(idsOf(facts)).toEqual(ids);
  });

  test.for(['{ proxyProtocol: true, writable: true }', '{ proxyProtocol: true, port: 80 }', '{}'])(
    'another setting: %s',
    container => expect(idsOf(now, configFrom(yaml(container)))).toEqual(again),
  );

  test('another port is another door', () => {
    expect(idsOf(now, configFrom(yaml('{ proxyProtocol: true }').replace('5101-5105', '80')))).toEqual([
      'door',
      'health',
    ]);
  });
});

test('a plan runs no other program than docker', () => {
  for (const plan of Object.values(plans)) for (const tool of toolsOf(plan)) expect(tool.file).toBe('docker');
});
