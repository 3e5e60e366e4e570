import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import { isEmpty, type Plan, toolsOf } from '../../src/core/plan.ts';
import { decide } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { afterDeploy, configFrom, freshFacts, withSource } from '../support/config.ts';
import { goldenPlans } from '../support/golden.ts';

const yaml = (handover: string, more = ''): string => `
app:
  name: demo
  build: { command: [node, build.js], inputs: [src], output: out }
  command: [node, server.js]
  port: 5101-5105
  handover: ${handover}
  env: { MODE: quiet }
  secrets: [TOKEN]
  health: [{ http: /healthz }, { exec: [node, probe.js, '{url}'] }]
keep: 2
${more}`;

const configs = {
  standby: configFrom(yaml('standby')),
  socket: configFrom(yaml('socket')),
  restart: configFrom(yaml('restart')),
};
type Handover = keyof typeof configs;
const handovers = Object.keys(configs) as Handover[];

const TOKEN = 's3cr3t-value';
const first: Facts = { ...freshFacts, kept: { ...freshFacts.kept, secrets: { TOKEN: '9f86d081' } } };
const served = (handover: Handover, facts: Facts = first): Facts => afterDeploy(configs[handover], facts);
const changed = (handover: Handover): Facts =>
  withSource(served(handover), '7d0f3a', { built: 'b7c01e', changed: ['src/a.js'] });

const planFor = (
  name: 'deploy' | 'rollback' | 'destroy',
  handover: Handover,
  facts: Facts,
  options: Parameters<typeof decide>[2]['options'] = { acceptDataLoss: false },
): Plan => decide(operations[name] as unknown as Change, name, { config: configs[handover], facts, options });

/** Everything that can happen on this machine, by the name of its golden file. */
const plans: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries(
    handovers.flatMap(handover => [
      [`first-deploy-${handover}`, planFor('deploy', handover, first)],
      [`change-${handover}`, planFor('deploy', handover, changed(handover))],
    ]),
  ),
  'no-op': planFor('deploy', 'standby', served('standby')),
  'interrupted-proof': planFor('deploy', 'standby', afterDeploy(configs.standby, first, false)),
  'new-supervisor': planFor('deploy', 'standby', withSupervisor(served('standby'), '0000new00000')),
  'dead-supervisor': planFor('deploy', 'standby', { ...served('standby'), serving: gone(served('standby')) }),
  'old-releases': planFor('deploy', 'standby', withReleases(changed('standby'), ['aaaa', 'bbbb', 'cccc'])),
  rollback: planFor('rollback', 'standby', twice('standby')),
  'rollback-data': planFor('rollback', 'standby', withBackup(twice('standby')), { acceptDataLoss: true }),
  'rollback-restart': planFor('rollback', 'restart', twice('restart')),
  destroy: planFor('destroy', 'standby', served('standby'), { data: false }),
  'destroy-data': planFor('destroy', 'standby', served('standby'), { data: true }),
  'destroy-nothing': planFor('destroy', 'standby', first, { data: false }),
};

function withSupervisor(facts: Facts, supervisor: string): Facts {
  return { ...facts, kept: { ...Object(facts.kept), keeper: supervisor } };
}

function gone(facts: Facts) {
  return { ...Object(facts.serving), supervisor: 'gone' };
}

function withReleases(facts: Facts, more: string[]): Facts {
  const { releases, order } = Object(facts.kept);
  return { ...facts, kept: { ...Object(facts.kept), releases: [...releases, ...more], order: [...order, ...more] } };
}

/** A copy of the data was kept when the first release was left. */
function withBackup(facts: Facts): Facts {
  const { order } = Object(facts.kept);
  return { ...facts, kept: { ...Object(facts.kept), backups: [`${order[1]}-20261123T140207`] } };
}

/** Two deploys, one after the other: the second serves, the first is the way back. */
function twice(handover: Handover): Facts {
  return served(handover, changed(handover));
}

goldenPlans('local', plans);

describe('plans', () => {
  test('hold secrets by name alone', () => {
    vi.stubEnv('TOKEN', TOKEN);
    onTestFinished(() => void vi.unstubAllEnvs());
    const text = JSON.stringify(planFor('deploy', 'standby', first));
    expect(text).toContain('{"$secret":"TOKEN"}');
    expect(text).not.toContain(TOKEN);
  });
});

describe('what is the same', () => {
  test('needs nothing', () => {
    for (const handover of handovers) expect(isEmpty(planFor('deploy', handover, served(handover)))).toBe(true);
    expect(isEmpty(plans['destroy-nothing'] as Plan)).toBe(true);
  });

  test('is the same whoever deploys, from whichever commit', () => {
    const facts = { ...served('standby'), git: { commit: 'ffff', dirty: 0 }, ports: { free: 0, taken: 5 } };
    expect(isEmpty(planFor('deploy', 'standby', facts))).toBe(true);
  });
});

describe('what makes a deploy necessary', () => {
  const idsOf = (facts: Facts, config = configs.standby): string[] =>
    decide(operations.deploy as unknown as Change, 'deploy', { config, facts, options: {} }).steps.map(({ id }) => id);
  const now = served('standby');

  test.for<[string, Facts, string[]]>([
    ['another source', withSource(now, '7d0f3a'), ['build', 'release', 'start', 'switch', 'health']],
    [
      'one that is built already',
      withSource(now, '7d0f3a', { built: '7d0f3a' }),
      ['release', 'start', 'switch', 'health'],
    ],
    [
      'another Node.js',
      { ...now, machine: { ...freshFacts.machine, node: '26.0.0' } },
      ['build', 'release', 'start', 'switch', 'health'],
    ],
    [
      'another secret',
      { ...now, kept: { ...Object(now.kept), secrets: { TOKEN: 'other' } } },
      ['start', 'switch', 'health'],
    ],
    ['an app that ended', { ...now, serving: { ...Object(now.serving), release: '' } }, ['start', 'switch', 'health']],
  ])('%s', ([, facts, ids]) => {
    expect(idsOf(facts)).toEqual(ids);
  });

  test.for(['env: { MODE: loud }', 'drain: 5', 'host: 0.0.0.0'])('another setting: %s', setting => {
    const text = yaml('standby')
      .replace(/ {2}env:.*\n/, '')
      .replace('app:', `app:\n  ${setting}`);
    expect(idsOf(now, configFrom(text))).toEqual(['start', 'switch', 'health']);
  });

  test('but not another health check, nor how much is kept', () => {
    const text = yaml('standby', 'health: { passes: 5 }').replace('keep: 2', 'keep: 3');
    expect(idsOf(now, configFrom(text))).toEqual([]);
  });
});

describe('steps depend on few facts', () => {
  test.for(['deploy', 'rollback', 'destroy'] as const)('%s', name => {
    const plan = planFor(name, 'standby', twice('standby'), name === 'destroy' ? { data: true } : {});
    const needs = new Set(plan.steps.flatMap(step => step.needs));
    for (const moving of ['git', 'disk', 'ports', 'programs']) expect(needs).not.toContain(moving);
    for (const need of needs) expect(plan.facts).toHaveProperty(need);
  });

  test('and on few programs', () => {
    expect(toolsOf(plans['first-deploy-socket'] as Plan).map(({ file }) => file)).toEqual([process.execPath]);
    expect(toolsOf(plans.rollback as Plan)).toEqual([]);
  });
});
