import { describe, expect, test } from 'vitest';
import { call, command, type Tool } from '../../src/core/action.ts';
import type { Plan } from '../../src/core/plan.ts';
import { BytechatError, type Problem } from '../../src/core/problem.ts';
import { type Execution, execute } from '../../src/engine/execute.ts';
import { journalInto, recordEvents } from '../support/engine.ts';
import { planOf, stepOf } from '../support/plan.ts';
import { scriptedClients, scriptedRunner } from '../support/scripted.ts';

const tool: Tool = { file: 'docker', version: [], install: 'https://docs.docker.com', hints: [] };
const docker = (...args: string[]) => command(tool, args);
const failed = { status: 'failed', exitCode: 1, stderr: 'boom' } as const;

const worldOf = (more: Partial<Execution> = {}) => {
  const log: string[] = [];
  const recording = recordEvents();
  const execution: Execution = {
    run: 'run-1',
    runner: scriptedRunner({}),
    clients: {},
    emit: recording.emit,
    journal: journalInto(log),
    signal: new AbortController().signal,
    token: 7,
    reveal: name => `value of ${name}`,
    ...more,
  };
  return { ...recording, log, run: (plan: Plan) => execute(plan, execution) };
};

const statuses = (results: readonly { id: string; status: string }[]): string[] =>
  results.map(({ id, status }) => `${id} ${status}`);

describe('a plan that goes well', () => {
  test('runs its actions in order, and tells each before it is done', async () => {
    const runner = scriptedRunner({ 'docker build': { stdout: 'built' }, 'docker push': {} });
    const { clients, called } = scriptedClients({ 'files.copy': { detail: '3 files' } });
    const world = worldOf({ runner, clients });
    const results = await world.run(
      planOf([
        stepOf('image', { actions: [docker('build', '.'), docker('push')] }),
        stepOf('release', { actions: [call('files', 'copy', {})] }),
      ]),
    );
    expect(statuses(results)).toEqual(['image done', 'release done']);
    expect(results[1]?.detail).toBe('3 files');
    expect(runner.ran).toEqual(['docker build .', 'docker push']);
    expect(called).toEqual(['files.copy']);
    expect(world.story()).toEqual([
      ...['step.start image', 'action image', 'action image', 'step.end image'],
      ...['step.start release', 'action release', 'step.end release'],
    ]);
    expect(world.events[1]).toMatchObject({ display: 'docker build .' });
  });

  test('each edge is in the journal before its work begins, and after it is over', async () => {
    const world = worldOf();
    const runner = scriptedRunner({
      docker: () => {
        world.log.push('work');
        return {};
      },
    });
    const again = worldOf({ runner, journal: journalInto(world.log) });
    await again.run(planOf([stepOf('image', { actions: [docker('build'), docker('push')] })]));
    expect(world.log).toEqual([
      ...['action.begin image 0', 'work', 'action.end image 0'],
      ...['action.begin image 1', 'work', 'action.end image 1'],
    ]);
  });

  test('what a program prints is told with its step', async () => {
    const runner = scriptedRunner({
      docker: ({ onLine }) => {
        onLine?.('61 of 92 MB');
        return {};
      },
    });
    const world = worldOf({ runner });
    await world.run(planOf([stepOf('image', { actions: [docker('push')] })]));
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'output', id: 'image', line: '61 of 92 MB' }));
  });
});

describe('values', () => {
  test('that one action saves are there for the next, in this step and in later ones', async () => {
    const runner = scriptedRunner({ 'docker build': { stdout: 'sha256:1\n' }, 'docker run sha256:1 on 5001': {} });
    const { clients } = scriptedClients({ 'net.free': { port: 5001, host: { name: 'localhost' } } });
    const world = worldOf({ runner, clients });
    const run = command(tool, ['run', { $value: 'image' }, 'on', { $value: 'net.port' }]);
    const results = await world.run(
      planOf([
        stepOf('image', { actions: [{ ...docker('build'), saveAs: 'image' }, call('net', 'free', {}, 'net')] }),
        stepOf('run', { actions: [run] }),
      ]),
    );
    expect(statuses(results)).toEqual(['image done', 'run done']);
    expect(world.events).toContainEqual(expect.objectContaining({ display: 'docker run [image] on [net.port]' }));
  });

  test('that nobody saved end the step as a bug', async () => {
    const results = await worldOf().run(
      planOf([stepOf('run', { actions: [call('a', 'b', { c: { $value: 'image' } })] })]),
    );
    expect(results[0]?.problem).toMatchObject({ code: 'bug', message: expect.stringContaining('a value image') });
  });

  test('a client gets the token of the lock, and may ask for secrets by name', async () => {
    const { clients } = scriptedClients({
      'supervisor.switch': (request, { token, reveal }) => ({
        detail: `${token} ${reveal?.('KEY')} ${JSON.stringify(request)}`,
      }),
    });
    const action = call('supervisor', 'switch', { env: { KEY: { $secret: 'KEY' } } });
    const [result] = await worldOf({ clients }).run(planOf([stepOf('switch', { actions: [action] })]));
    expect(result?.detail).toBe('7 value of KEY {"env":{"KEY":{"$secret":"KEY"}}}');
  });
});

describe('a guard', () => {
  const guarded = planOf([stepOf('pull', { unless: docker('inspect'), actions: [docker('pull')] })]);

  test('that succeeds leaves its step unchanged', async () => {
    const runner = scriptedRunner({ 'docker inspect': {} });
    const world = worldOf({ runner });
    expect(statuses(await world.run(guarded))).toEqual(['pull unchanged']);
    expect(world.log).toEqual([]);
  });

  test('that fails lets it run', async () => {
    const runner = scriptedRunner({ 'docker inspect': failed, 'docker pull': {} });
    expect(statuses(await worldOf({ runner }).run(guarded))).toEqual(['pull done']);
  });
});

describe('a failure', () => {
  const plan = planOf([
    stepOf('one', { actions: [docker('one')], undo: [docker('undo-one-first'), docker('undo-one-then')] }),
    stepOf('two', { actions: [docker('two')] }),
    stepOf('three', { actions: [docker('three'), docker('never')], undo: [docker('undo-three')] }),
    stepOf('four', { actions: [docker('four')], undo: [docker('undo-four')] }),
  ]);
  const script = { 'docker three': failed, docker: {} };

  test('stops the plan and puts back what was begun, the newest first', async () => {
    const runner = scriptedRunner(script);
    const world = worldOf({ runner });
    expect(statuses(await world.run(plan))).toEqual(['one undone', 'two done', 'three failed', 'four pending']);
    expect(runner.ran).toEqual(
      ['one', 'two', 'three', 'undo-three', 'undo-one-first', 'undo-one-then'].map(word => `docker ${word}`),
    );
    expect(world.story().slice(-7)).toEqual([
      ...['undo.start three', 'action three', 'undo.end three'],
      ...['undo.start one', 'action one', 'action one', 'undo.end one'],
    ]);
    expect(world.log.filter(edge => edge.startsWith('undo'))).toEqual([
      ...['undo.begin three 0', 'undo.end three 0'],
      ...['undo.begin one 0', 'undo.end one 0', 'undo.begin one 1', 'undo.end one 1'],
    ]);
  });

  test('what goes on elsewhere is in the journal by its name, for whoever comes after a crash', async () => {
    const notes: (string | undefined)[] = [];
    const { clients } = scriptedClients({ 'gke.create': { operation: 'operation-17', note: 'operation-17' } });
    const journal = { append: async ({ note }: { readonly note?: string }) => void notes.push(note) };
    await worldOf({ clients, journal }).run(planOf([stepOf('cluster', { actions: [call('gke', 'create', {})] })]));
    expect(notes).toEqual([undefined, 'operation-17']);
  });

  test('an action that failed has no end in the journal', async () => {
    const world = worldOf({ runner: scriptedRunner(script) });
    await world.run(plan);
    expect(world.log).toContain('action.begin three 0');
    expect(world.log).not.toContain('action.end three 0');
  });

  test('is looked at before anything is put back, and its problem is the one that was found then', async () => {
    const order: string[] = [];
    const runner = scriptedRunner({
      'docker three': failed,
      docker: () => {
        order.push('run');
        return {};
      },
    });
    const beforeUndo = async (): Promise<Problem> => {
      order.push('look');
      return { code: 'unhealthy', message: 'looked at', evidence: '/evidence' };
    };
    const results = await worldOf({ runner, beforeUndo }).run(plan);
    expect(order).toEqual(['run', 'run', 'look', 'run', 'run', 'run']);
    expect(results[2]?.problem).toEqual({ code: 'unhealthy', message: 'looked at', evidence: '/evidence' });
  });

  test('is put back also when the evidence cannot be kept', async () => {
    const runner = scriptedRunner(script);
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const results = await worldOf({ runner, beforeUndo: () => Promise.reject(full) }).run(plan);
    expect(runner.ran).toContain('docker undo-one-then');
    expect(results[2]?.problem).toMatchObject({
      code: 'command-failed',
      because: 'its evidence could not be kept: ENOSPC: no space left on device',
    });
  });

  test('goes on to the next step where nothing depends on order, and puts nothing back', async () => {
    const runner = scriptedRunner(script);
    const results = await worldOf({ runner }).run({ ...plan, onFailure: 'continue' });
    expect(statuses(results)).toEqual(['one done', 'two done', 'three failed', 'four done']);
    expect(runner.ran.filter(line => line.includes('undo'))).toEqual([]);
  });

  test('of a client is its problem, and of anything else a bug', async () => {
    const { clients } = scriptedClients({
      'a.known': new BytechatError({ code: 'ports-taken', message: 'taken' }),
      'a.unknown': new TypeError('x is undefined'),
    });
    const codeOf = async (method: string) =>
      (await worldOf({ clients }).run(planOf([stepOf('s', { actions: [call('a', method, {})] })])))[0]?.problem?.code;
    expect(await codeOf('known')).toBe('ports-taken');
    expect(await codeOf('unknown')).toBe('bug');
    const nobody = await worldOf().run(planOf([stepOf('s', { actions: [call('moon', 'land', {})] })]));
    expect(nobody[0]?.problem?.message).toContain('there is no client for the API moon');
  });
});

describe('putting back', () => {
  test('that fails is said with the first failure, and the rest is put back still', async () => {
    const runner = scriptedRunner({ 'docker two': failed, 'docker undo-two': { ...failed, exitCode: 9 }, docker: {} });
    const results = await worldOf({ runner }).run(
      planOf([
        stepOf('one', { actions: [docker('one')], undo: [docker('undo-one')] }),
        stepOf('two', { actions: [docker('two')], undo: [docker('undo-two')] }),
      ]),
    );
    expect(statuses(results)).toEqual(['one undone', 'two failed']);
    expect(results[1]?.problem).toMatchObject({
      code: 'command-failed',
      message: 'docker failed with exit code 1',
      because: 'docker failed with exit code 1; and putting back failed: docker failed with exit code 9',
    });
  });

  test('of a step that was done makes it undone, or says that it could not be', async () => {
    const runner = scriptedRunner({ 'docker two': failed, 'docker undo-one': failed, docker: {} });
    const results = await worldOf({ runner }).run(
      planOf([
        stepOf('one', { actions: [docker('one')], undo: [docker('undo-one')] }),
        stepOf('two', { actions: [docker('two')] }),
      ]),
    );
    expect(results[0]).toMatchObject({ status: 'done', problem: { code: 'undo-failed' } });
  });

  test('leaves out what refers to something that never came to be', async () => {
    const { clients, called } = scriptedClients({
      'supervisor.ensure': new BytechatError({ code: 'start-failed', message: 'no' }),
      'files.remove': {},
    });
    const discard = call('supervisor', 'discard', { control: { $value: 'up.control' } });
    const start = stepOf('start', {
      actions: [call('supervisor', 'ensure', {}, 'up')],
      undo: [discard, call('files', 'remove', {})],
    });
    const results = await worldOf({ clients }).run(planOf([start]));
    expect(called).toEqual(['supervisor.ensure', 'files.remove']);
    expect(results[0]).toMatchObject({ status: 'failed', problem: { code: 'start-failed' } });
  });
});

describe('a stop', () => {
  const stopped = new BytechatError({ code: 'interrupted', message: 'You stopped it' });

  test('ends the step that runs, and puts back without being stopped itself', async () => {
    const stop = new AbortController();
    const aborted: unknown[] = [];
    const runner = scriptedRunner({
      'docker two': ({ signal }) => {
        stop.abort(stopped);
        aborted.push(signal?.aborted);
        return { status: 'canceled', exitCode: undefined };
      },
      'docker undo': ({ signal }) => {
        aborted.push(signal?.aborted);
        return {};
      },
      docker: {},
    });
    const results = await worldOf({ runner, signal: stop.signal }).run(
      planOf([
        stepOf('one', { actions: [docker('one')], undo: [docker('undo')] }),
        stepOf('two', { actions: [docker('two')] }),
        stepOf('three', { actions: [docker('three')] }),
      ]),
    );
    expect(statuses(results)).toEqual(['one undone', 'two failed', 'three pending']);
    expect(results[1]?.problem).toEqual(stopped.problem);
    expect(aborted).toEqual([true, false]);
  });

  test('between two actions begins no other', async () => {
    const stop = new AbortController();
    const runner = scriptedRunner({
      'docker one': () => {
        stop.abort(stopped);
        return {};
      },
    });
    const world = worldOf({ runner, signal: stop.signal });
    const results = await world.run(planOf([stepOf('one', { actions: [docker('one'), docker('two')] })]));
    expect(results[0]?.problem?.code).toBe('interrupted');
    expect(world.log).toEqual(['action.begin one 0', 'action.end one 0']);
  });
});
