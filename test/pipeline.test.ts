import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/core/json.ts';
import { BytechatError } from '../src/core/problem.ts';
import { exitCodeOf, type PipelineEvent } from '../src/core/report.ts';
import type { CallOptions } from '../src/core/runner.ts';
import type { RunningRelease } from '../src/core/serve.ts';
import { identify } from '../src/engine/process-identity.ts';
import { Pipeline, type PipelineOptions } from '../src/pipeline.ts';
import { folderWith, writeFiles, writeProgram } from './support/folder.ts';
import { scriptedClients } from './support/scripted.ts';

const TOKEN = 's3cr3t-"välue"/+';
const CONFIG = `
app:
  name: demo
  files: site
  command: [./serve]
  port: 5101-5105
  handover: socket
  env: { MODE: quiet }
  secrets: [TOKEN]
`;

type Answer = (request: JsonObject, options: CallOptions) => never;

/** A machine on which a supervisor only pretends: it remembers what it was told to serve. */
const machineWith = (more: Readonly<Record<string, Answer>> = {}) => {
  let serving: RunningRelease | undefined;
  let version = '';
  const self = { pid: process.pid, started: identify()?.started ?? '' };
  const become = (spec: RunningRelease | undefined): void => {
    serving = spec && { ...self, release: spec.release, config: spec.config, since: '', log: '' };
  };
  const { clients, called } = scriptedClients({
    'supervisor.status': () =>
      serving &&
      ({
        answers: true,
        status: {
          ...self,
          version,
          socket: '',
          host: '127.0.0.1',
          port: 5101,
          crashes: [],
          restarts: 0,
          current: serving,
        },
      } as never),
    'supervisor.ensure': request => {
      version = String(request.version);
      return { control: '/control' };
    },
    'supervisor.switch': ({ spec }) => {
      become(spec as unknown as RunningRelease);
      return { url: 'http://localhost:5101', detail: 'port 5101' };
    },
    'supervisor.back': () => {
      become(undefined);
      return {};
    },
    'health.wait': { detail: 'GET / 3 ms' },
    ...more,
  });
  return { clients: { ...clients }, called };
};

const projectWith = (files: Record<string, string> = {}): string => {
  const project = folderWith({ 'bytechat.yaml': CONFIG, 'site/index.html': 'one', ...files });
  writeProgram(project, 'site/serve', '#!/bin/sh');
  return project;
};

const pipelineOf = (projectRoot: string, machine: ReturnType<typeof machineWith>, more: PipelineOptions = {}) => {
  const events: PipelineEvent[] = [];
  const env = { TOKEN, PATH: process.env.PATH };
  const onEvent = (event: PipelineEvent): void => void events.push(event);
  return { events, pipeline: new Pipeline({ projectRoot, env, onEvent, clients: machine.clients, ...more }) };
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();

const fingerprint = (folder: string): string[] => filesIn(folder).map(file => `${file} ${statSync(file).mtimeMs}`);

describe('a deploy', () => {
  test('is done, told and written down', async () => {
    const machine = machineWith();
    const { pipeline, events } = pipelineOf(projectWith(), machine);
    const report = await pipeline.deploy();
    expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      ...['check done', 'lock done', 'release done', 'switch done', 'health done'],
    ]);
    expect(report).toMatchObject({ ok: true, changed: true, serving: { url: 'http://localhost:5101' } });
    expect(events[0]?.type).toBe('start');
    expect(events.at(-1)).toMatchObject({ type: 'end', report: { ok: true } });
    const { data } = await pipeline.history();
    expect(data).toMatchObject({ total: 1, records: [{ goal: 'deploy', result: 'serves', release: report.release }] });
  });

  test('of what serves already changes nothing at all: not a call, not a file', async () => {
    const project = projectWith();
    const machine = machineWith();
    await pipelineOf(project, machine).pipeline.deploy();
    const before = fingerprint(project);
    const calls = machine.called.length;
    const { pipeline, events } = pipelineOf(project, machine);
    expect(await pipeline.deploy()).toMatchObject({ ok: true, changed: false, steps: [] });
    expect(fingerprint(project)).toEqual(before);
    expect(new Set(machine.called.slice(calls))).toEqual(new Set(['supervisor.status']));
    expect(events.map(({ type }) => type)).toEqual(['start', 'end']);
  });

  test('that is only planned, or only validated, changes nothing either', async () => {
    const project = projectWith();
    const machine = machineWith();
    const { pipeline } = pipelineOf(project, machine);
    const before = fingerprint(project);
    expect((await pipeline.plan('deploy')).steps.length).toBeGreaterThan(0);
    expect((await pipeline.validateDeploymentPrerequisites()).ok).toBe(true);
    expect(fingerprint(project)).toEqual(before);
    expect(new Set(machine.called)).toEqual(new Set(['supervisor.status']));
  });
});

describe('a plan that was saved', () => {
  test('runs as it was reviewed, and is refused once the world has moved', async () => {
    const project = projectWith();
    const machine = machineWith();
    const { pipeline } = pipelineOf(project, machine);
    const plan = JSON.parse(JSON.stringify(await pipeline.plan('deploy')));
    expect(await pipeline.runPlan(plan)).toMatchObject({ ok: true, release: plan.release });
    const again = await pipeline.runPlan(plan);
    expect(again.problems).toMatchObject([
      { code: 'facts-moved', message: 'The world has changed since this plan was made: serving' },
    ]);
    writeFiles(project, { 'site/index.html': 'two' });
    const next = await pipeline.plan('deploy');
    writeFiles(project, { 'site/index.html': 'three' });
    expect((await pipeline.runPlan(next)).problems[0]?.message).toMatch(/: source$/);
  });

  test('for what nobody can run is refused', async () => {
    const { pipeline } = pipelineOf(projectWith(), machineWith());
    const plan = { ...(await pipeline.plan('deploy')), goal: 'fly' };
    await expect(pipeline.runPlan(plan)).rejects.toMatchObject({ problem: { code: 'bad-plan' } });
  });
});

describe('a host that aborts', () => {
  test.for([
    [undefined, 'It was stopped'],
    [new Error('enough'), 'It was stopped'],
    [new BytechatError({ code: 'interrupted', message: 'You stopped it' }), 'You stopped it'],
  ] as const)('with %s stops the run in order', async ([reason, message]) => {
    const stop = new AbortController();
    const machine = machineWith({
      'health.wait': (_request, { signal }) => {
        stop.abort(reason);
        signal?.throwIfAborted();
        throw new Error('it was not told');
      },
    });
    const { pipeline } = pipelineOf(projectWith(), machine, { signal: stop.signal });
    const report = await pipeline.deploy();
    expect(exitCodeOf(report)).toBe(130);
    expect(report.steps.at(-1)?.problem?.message).toBe(message);
    expect(report.steps.map(({ id, status }) => `${id} ${status}`).slice(-2)).toEqual([
      'switch undone',
      'health failed',
    ]);
    expect(machine.called).toContain('supervisor.back');
    expect((await pipeline.history()).data).toMatchObject({ records: [{ result: 'stopped' }] });
    expect((await pipeline.ask('lock status')).data).toEqual({ lock: null });
  });
});

describe('a secret', () => {
  const forms = [TOKEN, JSON.stringify(TOKEN), encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString('base64')];

  /** Every text that the run has left or said, as one. */
  const traces = (project: string, ...said: unknown[]): string =>
    [...filesIn(join(project, '.bytechat')).map(file => readFileSync(file, 'utf8')), JSON.stringify(said)].join('\n');

  test('reaches who needs it, and is nowhere else: not in a plan, an event, a report, a file', async () => {
    const seen: unknown[] = [];
    const machine = machineWith({
      'supervisor.switch': ({ spec }, { reveal, onLine }) => {
        seen.push(Reflect.get(Object(spec), 'env'), reveal?.('TOKEN'));
        for (const form of forms) onLine?.(`it printed ${form}`);
        throw new BytechatError({
          code: 'start-failed',
          message: `it said ${TOKEN}`,
          because: forms.join(' and '),
          lines: forms,
          reproduce: `curl -H 'token: ${TOKEN}'`,
        });
      },
    });
    const project = projectWith();
    const { pipeline, events } = pipelineOf(project, machine);
    const plan = await pipeline.plan('deploy');
    const report = await pipeline.deploy();
    const { data } = await pipeline.history();
    expect(seen).toEqual([{ MODE: 'quiet', TOKEN: { $secret: 'TOKEN' } }, TOKEN]);
    expect(report.ok).toBe(false);

    const text = traces(project, plan, report, events, data);
    expect(text).toContain('it said [redacted]');
    expect(text).toContain('it printed [redacted]');
    for (const form of ['s3cr3t', ...forms])
      expect({ form, found: text.includes(form) }).toEqual({ form, found: false });
  });
});

describe('what is thrown is a BytechatError', () => {
  test.for<[string, (pipeline: Pipeline) => Promise<unknown>, string]>([
    ['an option that there is not', pipeline => pipeline.run('destroy', { dta: true } as never), 'usage'],
    ['a release that there is not', pipeline => pipeline.rollback({ to: 'ffff' }), 'unknown-release'],
    ['a log that there is not', pipeline => pipeline.logs(), 'not-running'],
  ])('%s', async ([, act, code]) => {
    const { pipeline } = pipelineOf(projectWith(), machineWith());
    await expect(act(pipeline)).rejects.toBeInstanceOf(BytechatError);
    await expect(act(pipeline)).rejects.toMatchObject({ problem: { code } });
  });

  test('a file with problems, all at once', async () => {
    const project = projectWith({ 'bytechat.yaml': 'keep: 0\ncolour: red\n' });
    const error = await pipelineOf(project, machineWith())
      .pipeline.config()
      .catch(thrown => thrown);
    expect(error).toBeInstanceOf(BytechatError);
    expect(error.problems.map(({ code }: { code: string }) => code)).toEqual(['invalid-value', 'unknown-key']);
  });
});
