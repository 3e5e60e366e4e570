import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import { BytechatError } from '../../src/core/problem.ts';
import { decide, factsFor, parseOptions } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { releaseOf } from '../../src/steps/release.ts';
import { afterDeploy, configFrom, freshFacts, withSource } from '../support/config.ts';

const config = configFrom('app: { name: demo, files: site, command: [node, server.js] }');
const one = afterDeploy(config, freshFacts);
const two = afterDeploy(config, withSource(one, 'second'));
const [first, second] = [releaseOf(config, one), releaseOf(config, two)];

const planFor = (name: keyof typeof operations, facts: Facts, options = {}) => {
  const operation = operations[name] as unknown as Change;
  return decide(operation, name, { config, facts, options: parseOptions(operation, options) });
};

describe('every operation', () => {
  test.for(Object.entries(operations))('%s says what it is for, and how it is typed', ([name, operation]) => {
    expect(operation.summary).toMatch(/^[a-z].*[^.]$/);
    expect(operation.examples[0]?.[0]).toMatch(new RegExp(`^bytechat ${name}\\b`));
    for (const [, purpose] of operation.examples) expect(purpose).toMatch(/[^.]$/);
  });

  test('refuses options that it does not have, and values of another kind', () => {
    expect(() => parseOptions(operations.history as unknown as Change, { last: 0 })).toThrow(BytechatError);
    expect(() => parseOptions(operations.deploy as unknown as Change, { forse: true })).toThrow('forse');
  });

  test('what is written to history needs to know who did it, from which commit', () => {
    for (const name of ['deploy', 'rollback'] as const)
      expect(factsFor(operations[name] as unknown as Change, config)).toEqual(
        expect.arrayContaining(['git', 'machine', 'serving', 'kept']),
      );
  });
});

describe('a decision', () => {
  test('is none where the checks do not hold', () => {
    const plan = planFor('deploy', { ...freshFacts, ports: { free: 0, taken: 10 } });
    expect(plan.problems).toMatchObject([{ code: 'ports-taken' }]);
    expect(plan.steps).toEqual([]);
  });

  test('says where, from which commit, and by whom', () => {
    expect(planFor('deploy', freshFacts).context).toEqual([
      'state .bytechat',
      'commit 4e1b0c2, 1 file not committed',
      'by mira@atlas',
    ]);
    const unknown = planFor('deploy', { ...freshFacts, git: { commit: 'unknown', dirty: -1 } });
    expect(unknown.context[1]).toBe('commit unknown');
  });
});

describe('rollback', () => {
  const releaseFor = (facts: Facts, to?: string) => planFor('rollback', facts, to === undefined ? {} : { to }).release;

  test('goes to the release before, or to the one that is named', () => {
    expect(releaseFor(two)).toBe(first);
    expect(releaseFor(two, first.slice(0, 4))).toBe(first);
    expect(releaseFor(two, second)).toBe(second);
  });

  test.for<[string, Facts, string | undefined]>([
    ['nothing was deployed', freshFacts, undefined],
    ['nothing was deployed before', one, undefined],
    ['nobody knows it', two, 'ffff'],
    ['it is not kept any more', { ...two, kept: { ...Object(two.kept), releases: [second] } }, first],
    ['it could be both', two, ''],
  ])('is refused when %s', ([, facts, to]) => {
    expect(() => releaseFor(facts, to)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'unknown-release' }) }),
    );
  });
});

describe('status', () => {
  const answerFor = (facts: Facts, more: Facts = {}) =>
    operations.status.answer(config, { ...facts, health: [], history: [], ...more }, {});
  const check = { name: 'GET /', said: 'answers 200', ms: 3 };

  test('is well when something healthy serves', () => {
    expect(answerFor(freshFacts).ok).toBe(false);
    expect(answerFor(one, { health: [{ ...check, ok: true }] }).ok).toBe(true);
    expect(
      answerFor(one, {
        health: [
          { ...check, ok: true },
          { ...check, ok: false },
        ],
      }).ok,
    ).toBe(false);
  });

  test('sees when sources or settings differ from what serves', () => {
    const drift = (facts: Facts) => Reflect.get(Object(answerFor(facts).data), 'drift');
    expect(drift(one)).toBe(false);
    expect(drift(withSource(one, 'other'))).toBe(true);
    expect(drift({ ...one, serving: { ...Object(one.serving), config: 'other' } })).toBe(true);
    expect(drift(freshFacts)).toBe(false);
  });

  test('names who deployed it, and the way back', () => {
    const history = [
      { release: second, by: 'jenkins@build-7' },
      { release: first, by: 'mira@atlas' },
      { release: second, by: 'mira@atlas' },
    ];
    expect(answerFor(two, { history }).data).toMatchObject({ by: 'mira@atlas', back: [first] });
  });
});

describe('history', () => {
  test('shows the latest first, as many as were asked for', () => {
    const history = ['a', 'b', 'c'].map(release => ({ release }));
    const { data } = operations.history.answer(config, { ...one, history }, { last: 2 });
    expect(data).toMatchObject({ total: 3, serving: first, records: [{ release: 'c' }, { release: 'b' }] });
  });
});

describe('what needs something that runs', () => {
  test.for(['logs', 'open'] as const)('%s says how to start it', name => {
    expect(() => planFor(name, freshFacts)).toThrow('demo does not run here');
    expect(planFor(name, one).steps).toHaveLength(1);
  });
});

describe('lock break', () => {
  const lease = { token: 3, owner: 'jenkins@build-7', doing: 'switch', since: '', heartbeat: '' };

  test('does nothing when nobody deploys, and else wants to be confirmed', () => {
    expect(planFor('lock break', { lock: null, git: null, machine: null }).steps).toEqual([]);
    expect(planFor('lock break', { lock: lease }).steps).toMatchObject([
      { title: 'Break the lock of jenkins@build-7' },
    ]);
    const { confirm } = operations['lock break'];
    expect(confirm?.(config, { lock: null }, {})).toBeUndefined();
    expect(confirm?.(config, { lock: lease }, {})?.word).toBe('break');
  });
});
