import { describe, expect, test, vi } from 'vitest';
import { call } from '../../src/core/action.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Plan } from '../../src/core/plan.ts';
import { BytechatError, type Problem } from '../../src/core/problem.ts';
import { exitCodeOf } from '../../src/core/report.ts';
import { type RunContext, runPlan } from '../../src/engine/run-plan.ts';
import { journalInto, lockInto, recordEvents } from '../support/engine.ts';
import { planOf, stepOf } from '../support/plan.ts';
import { scriptedClients, scriptedRunner } from '../support/scripted.ts';

/** One step that needs one fact, and can be put back. */
const plan = planOf(
  [
    stepOf('serve', {
      needs: ['serving'],
      actions: [call('app', 'start', {})],
      undo: [call('app', 'stop', {})],
    }),
  ],
  { facts: { serving: 'one', git: 'abc' }, release: 'two', checks: 8 },
);

const worldOf = (script: Parameters<typeof scriptedClients>[0], now: Facts, more: Partial<RunContext> = {}) => {
  const log: string[] = [];
  const recording = recordEvents();
  const { clients, called } = scriptedClients(script);
  const lock = lockInto(log);
  const context: RunContext = {
    run: 'run-1',
    runner: scriptedRunner({}),
    clients,
    emit: recording.emit,
    signal: new AbortController().signal,
    reveal: () => '',
    owner: 'mira@atlas',
    lock,
    lockWaitMs: 90,
    journal: journalInto(log),
    observe: async names => {
      log.push(`observe ${names.join(' ')}`);
      return now;
    },
    replan: undefined,
    serving: async () => ({ release: 'one', url: 'http://localhost:5001', since: '' }),
    saveEvidence: async (_plan, { problem = { code: 'bug', message: '' } }) => ({ ...problem, evidence: '/evidence' }),
    record: async ({ release }, { ok }) => {
      log.push(`record ${release} ${ok}`);
      return undefined;
    },
    forget: async folders => void log.push(`forget ${folders.join(' ')}`),
    ...more,
  };
  return { ...recording, log, called, lock, run: (which: Plan) => runPlan(which, context) };
};

describe('a run', () => {
  test('locks, looks again, runs, ends its journal, is recorded, and lets go', async () => {
    const world = worldOf({ 'app.start': { detail: 'started' } }, { serving: 'one' });
    const report = await world.run({ ...plan, leftovers: ['/left'] });
    expect(world.log).toEqual([
      'acquire mira@atlas deploy 90',
      'observe serving',
      'run.begin',
      'renew serve',
      'action.begin serve 0',
      'action.end serve 0',
      'run.end',
      'record two true',
      'release',
      'forget /left',
    ]);
    expect(report).toMatchObject({
      ok: true,
      changed: true,
      release: 'two',
      checks: 8,
      serving: { release: 'one' },
      steps: [
        { id: 'check', status: 'done', detail: '8 checks' },
        { id: 'lock', status: 'done', detail: 'mira@atlas' },
        { id: 'serve', status: 'done', detail: 'started' },
      ],
    });
    expect(exitCodeOf(report)).toBe(0);
  });

  test('announces its steps first, and its report last', async () => {
    const world = worldOf({ 'app.start': {} }, { serving: 'one' });
    const report = await world.run(plan);
    expect(world.events[0]).toMatchObject({
      type: 'start',
      steps: [{ id: 'check' }, { id: 'lock' }, { id: 'serve', title: 'Do serve' }],
    });
    expect(world.events.at(-1)).toMatchObject({ type: 'end', report });
  });

  test('that was cut off the last time is mentioned', async () => {
    const last = { run: 'run-0', at: '', edge: 'action.begin', step: 'switch' } as const;
    const journal = { ...journalInto([]), interrupted: async () => ({ run: 'run-0', goal: 'rollback', last }) };
    const world = worldOf({ 'app.start': {} }, { serving: 'one' }, { journal });
    await world.run(plan);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'notice', message: 'The last rollback was cut off at switch' }),
    );
  });

  test('that takes no lock leaves no trace of itself', async () => {
    const world = worldOf({ 'app.start': {} }, {}, { lock: undefined });
    expect((await world.run(plan)).ok).toBe(true);
    expect(world.log).toEqual(['record two true']);
  });
});

describe('nothing is touched', () => {
  test('when there is nothing to do', async () => {
    const world = worldOf({}, {}, { record: undefined });
    const report = await world.run(planOf([], { checks: 8, leftovers: ['/left'] }));
    expect(report).toMatchObject({ ok: true, changed: false, steps: [] });
    expect(world.log).toEqual([]);
    expect(world.called).toEqual([]);
  });

  test('and what the plan knows of what serves is still so', async () => {
    const asked: boolean[] = [];
    const serving = async (began: boolean) => void asked.push(began);
    await worldOf({}, {}, { serving }).run(planOf([]));
    await worldOf({ 'app.start': {} }, { serving: 'one' }, { serving }).run(plan);
    expect(asked).toEqual([false, true]);
  });

  test('when a check has found a problem', async () => {
    const problems: Problem[] = [{ code: 'ports-taken', message: 'taken' }];
    const world = worldOf({}, {}, { record: undefined });
    const report = await world.run({ ...plan, problems });
    expect(report).toMatchObject({ ok: false, changed: false, problems, steps: [{ id: 'serve', status: 'pending' }] });
    expect(exitCodeOf(report)).toBe(3);
    expect(world.log).toEqual([]);
  });

  test('when the lock is not to be had', async () => {
    const locked = new BytechatError({ code: 'locked', message: 'mira is deploying' });
    const world = worldOf({}, {}, { lock: { ...lockInto([]), acquire: () => Promise.reject(locked) } });
    const report = await world.run({ ...plan, leftovers: ['/left'] });
    expect(report).toMatchObject({ ok: false, problems: [{ code: 'locked' }] });
    expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toEqual(['check done', 'serve pending']);
    expect(world.log).toEqual(['record two false']);
  });

  test('a warning stops nothing', async () => {
    const warning: Problem = { code: 'broken-link', message: 'gone', level: 'warning' };
    const report = await worldOf({ 'app.start': {} }, { serving: 'one' }).run({ ...plan, problems: [warning] });
    expect(report).toMatchObject({ ok: true, problems: [warning] });
  });
});

describe('facts that have moved', () => {
  test('refuse a saved plan, and only those that moved are named', async () => {
    const saved = planOf([stepOf('a', { needs: ['serving', 'image'] })], {
      facts: { serving: 'one', image: 'x', git: 'abc' },
      leftovers: ['/left'],
    });
    const world = worldOf({}, { serving: 'zero', image: 'x', git: 'def' });
    const report = await world.run(saved);
    expect(report.problems).toEqual([
      expect.objectContaining({
        code: 'facts-moved',
        message: 'The world has changed since this plan was made: serving',
      }),
    ]);
    expect(exitCodeOf(report)).toBe(2);
    expect(world.log).toEqual([
      'acquire mira@atlas deploy 90',
      'observe serving image',
      'record undefined false',
      'release',
    ]);
  });

  test('let a plan that was not saved be decided again, under the lock', async () => {
    const log: string[] = [];
    const lock = lockInto(log);
    const replan = vi.fn(async () => {
      log.push('replan');
      return { ...plan, release: 'three', steps: [stepOf('other', { actions: [call('app', 'other', {})] })] };
    });
    const world = worldOf({ 'app.other': {} }, { serving: 'zero' }, { lock, replan });
    const report = await world.run(plan);
    expect(log).toEqual(['acquire mira@atlas deploy 90', 'replan', 'renew other', 'release']);
    expect(world.called).toEqual(['app.other']);
    expect(report.release).toBe('three');
    expect(world.log).toContain('record three true');
  });

  test('do not matter when no step needs them', async () => {
    const world = worldOf({ 'app.start': {} }, { serving: 'one', git: 'def' });
    expect((await world.run(plan)).ok).toBe(true);
  });

  test('may have brought a problem with them', async () => {
    const problems: Problem[] = [{ code: 'disk-full', message: 'full' }];
    const world = worldOf({}, { serving: 'zero' }, { replan: async () => ({ ...plan, problems }) });
    const report = await world.run(plan);
    expect(report.problems).toEqual(problems);
    expect(world.called).toEqual([]);
  });
});

describe('a failure', () => {
  const failing = { 'app.start': new BytechatError({ code: 'unhealthy', message: 'sick' }), 'app.stop': {} };

  test('is put back and recorded, with its evidence, and leftovers stay for the next try', async () => {
    const world = worldOf(failing, { serving: 'one' });
    const report = await world.run({ ...plan, leftovers: ['/left'] });
    expect(world.called).toEqual(['app.start', 'app.stop']);
    expect(report).toMatchObject({ ok: false, changed: false });
    expect(report.steps.at(-1)).toMatchObject({
      status: 'failed',
      problem: { code: 'unhealthy', evidence: '/evidence' },
    });
    expect(world.log.slice(-3)).toEqual(['run.end', 'record two false', 'release']);
  });

  test('of history is told when the lock is free again', async () => {
    const full = new BytechatError({ code: 'disk-full', message: 'full' });
    const world = worldOf({ 'app.start': {} }, { serving: 'one' }, { record: () => Promise.reject(full) });
    await expect(world.run({ ...plan, leftovers: ['/left'] })).rejects.toThrow(full);
    expect(world.log.slice(-2)).toEqual(['run.end', 'release']);
  });

  test('of the journal itself still lets go of the lock, and ends with a report', async () => {
    const log: string[] = [];
    const append = () => Promise.reject(Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' }));
    const journal = { append, interrupted: async () => undefined };
    const report = await worldOf({}, { serving: 'one' }, { lock: lockInto(log), journal }).run(plan);
    expect(report.problems).toMatchObject([{ code: 'disk-full' }]);
    expect(log).toEqual(['acquire mira@atlas deploy 90', 'release']);
  });
});

describe('a stop', () => {
  test('by the user puts back, lets go, and is exit code 130', async () => {
    const stop = new AbortController();
    const world = worldOf(
      {
        'app.start': (_request, { signal }) => {
          stop.abort(new BytechatError({ code: 'interrupted', message: 'You stopped it' }));
          signal?.throwIfAborted();
          return {};
        },
        'app.stop': {},
      },
      { serving: 'one' },
      { signal: stop.signal },
    );
    const report = await world.run(plan);
    expect(world.called).toEqual(['app.start', 'app.stop']);
    expect(world.log).toContain('release');
    expect(exitCodeOf(report)).toBe(130);
  });

  test('by who took the lock stops the run before its next change', async () => {
    const world = worldOf(
      {
        'app.start': () => {
          world.lock.lose();
          return {};
        },
        'app.stop': {},
      },
      { serving: 'one' },
    );
    const two = stepOf('more', { actions: [call('app', 'more', {})] });
    const report = await world.run({ ...plan, steps: [...plan.steps, two] });
    expect(world.called).toEqual(['app.start', 'app.stop']);
    expect(report.steps.at(-1)?.problem?.code).toBe('lock-lost');
  });
});
