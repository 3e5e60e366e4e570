import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import type { PipelineEvent } from '../../src/core/report.ts';
import { problemsOfReport } from '../../src/core/report.ts';
import { writeApp } from '../contract/app.ts';
import { start } from '../contract/bytechat.ts';
import { imageProject } from '../contract/image-project.ts';
import { ask } from '../contract/load.ts';
import type { Fault } from '../stand-in/google/world.ts';
import { withoutCluster } from '../support/cluster.ts';
import { APIS_OF_NEW, startGoogle } from '../support/google.ts';
import { freePorts } from '../support/ports.ts';

type FaultOf = (method: string) => Pick<Fault, 'status' | 'message' | 'isAnswerLost'> | undefined;

interface Kind {
  readonly status: Fault['status'];
  readonly faultOf: FaultOf;
  /** What a run that fails of it may say. None: it fails of nothing, because each call is made again. */
  readonly codes: readonly Problem['code'][];
}

const isCreate = (method: string): boolean => method.startsWith('create');
const WORDS = 'as the test wants it';
const QUOTA = `Quota 'CPUS' exceeded. Limit: 24.0, ${WORDS}`;

const KINDS: readonly Kind[] = [
  { status: 'UNAVAILABLE', codes: [], faultOf: () => ({ status: 'UNAVAILABLE', message: WORDS }) },
  {
    // What it asked for is done, and nobody hears of it: whoever makes it again must not have two.
    status: 'DEADLINE_EXCEEDED',
    codes: [],
    faultOf: () => ({ status: 'DEADLINE_EXCEEDED', message: WORDS, isAnswerLost: true }),
  },
  {
    status: 'PERMISSION_DENIED',
    codes: ['no-permission', 'no-credentials', 'no-project'],
    faultOf: () => ({ status: 'PERMISSION_DENIED', message: WORDS }),
  },
  {
    // Of things, where something is made; of requests in a minute everywhere else.
    status: 'RESOURCE_EXHAUSTED',
    codes: ['quota-exceeded'],
    faultOf: method => ({ status: 'RESOURCE_EXHAUSTED', message: isCreate(method) ? QUOTA : WORDS }),
  },
  {
    // Somebody who deploys here too has made it a moment before.
    status: 'ALREADY_EXISTS',
    codes: ['google-failed', 'no-credentials'],
    faultOf: method => ({ status: 'ALREADY_EXISTS', message: WORDS, isAnswerLost: isCreate(method) }),
  },
];

/** Calls that must be among those that were seen; any other is tried all the same. */
const KNOWN = [
  'token',
  'projects.get',
  'billing.get',
  'services.batchGet',
  'services.batchEnable',
  'services.operation',
  'regions.get',
  'compute.projects.get',
  'listClusters',
  'getCluster',
  'createCluster',
  'getOperation',
  'deleteCluster',
  'createRepository',
  'getLongRunningOperation',
  'getRepository',
  'listDockerImages',
  'deleteRepository',
  'listRepositories',
  'aggregated.list',
];

/** As the stand-in notes it. */
const TOKEN = 'token {}';

/** No command needs more runs than this until it has made each of its calls. */
const MOST_RUNS = 20;

/** Everything but Google is real: Docker, the registry, the cluster. */
describe.skipIf(withoutCluster).concurrent('at Google, where every call fails once', { timeout: 600_000 }, () => {
  /** A Google of its own, an empty project there, and a folder with an app that is to run in it. */
  const begin = async ({ expect, onTestFinished }: TestContext, cluster = '') => {
    const google = await startGoogle({ registry: process.env.BYTECHAT_TEST_OPEN_REGISTRY ?? '' });
    const id = `demo-${randomBytes(4).toString('hex')}`;
    google.addProject(id, { apis: APIS_OF_NEW });
    const port = await freePorts(10);
    const { project, name } = imageProject('gcp', called => configFor(called, port, cluster));
    const write = (text: string): void => writeApp(`${project}/app`, { text });
    write('one');
    const configure = (wanted: string): void =>
      writeFileSync(join(project, 'bytechat.yaml'), configFor(name, port, wanted));

    const run = async (...args: string[]) => {
      const env = { ...google.env, GOOGLE_CLOUD_PROJECT: id };
      const ran = await start(project, [...args, '--target', 'gcp', '--json'], env).ended;
      return { ...ran, ...saidBy(ran.stdout) };
    };
    const good = async (...args: string[]) => {
      const ran = await run(...args);
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
      return ran;
    };
    onTestFinished(async () => {
      google.storm = undefined;
      await run('destroy', '--data', '--yes');
      await google.stop();
      await rm(project, { recursive: true, force: true });
    });

    const seen = new Set<string>();
    /** The same command, until it has got through; `meanwhile` is called after each run that failed. A token fails in the first. */
    const through = async ({ faultOf, codes }: Kind, args: readonly string[], meanwhile = async () => {}) => {
      const storm = { faultOf, over: new Set(seen.has('token') ? [TOKEN] : []) };
      for (let runs = 1; ; runs++) {
        const before = storm.over.size;
        google.storm = storm;
        const ran = await run(...args);
        google.storm = undefined;
        for (const call of storm.over) seen.add(call.split(' ')[0] ?? '');
        if (ran.exit === 0) return ran;
        const told = `run ${runs} of ${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`;
        expect(ran.problems, told).not.toEqual([]);
        for (const problem of ran.problems) {
          expect(codes, told).toContain(problem.code);
          // What somebody else has made for us is taken in the same run.
          expect(problem.message, told).not.toMatch(/^Could not create/);
          expect(problem, told).toMatchObject({
            message: expect.stringMatching(/\S/),
            because: expect.stringContaining(WORDS),
            fix: expect.stringMatching(/^[^<]+$|<(id|region)>/),
          });
        }
        expect(ran.stdout + ran.stderr).not.toMatch(/\n {4}at /);
        // It went one step further, so there is an end.
        expect(storm.over.size, told).toBeGreaterThan(before);
        expect(runs, told).toBeLessThan(MOST_RUNS);
        await meanwhile();
      }
    };

    const held = () => [...google.clusters.keys(), ...google.repositories.keys()];
    const changing = () => google.calls.filter(({ isMutating }) => isMutating);
    /** How many of these were made, whether their maker has heard of it or not. */
    const made = (method: string, { faultOf }: Kind): number => {
      const calls = changing().filter(call => call.method === method);
      return calls.filter(({ status }) => status === 'OK').length + (faultOf(method)?.isAnswerLost ? 1 : 0);
    };
    return { google, id, write, configure, run, good, through, seen, held, changing, made };
  };

  const configFor = (name: string, port: number, cluster: string): string => `app:
  name: ${name}
  image: {}
  container: { stateless: true }
  port: ${port}-${port + 9}
  drain: 5
  health: [{ http: /healthz }]
kubernetes: { cpu: 10m, memory: 128Mi }
gcp: { cluster: { ${cluster} } }
`;

  test.for(KINDS)('with $status, an app is deployed, deployed again, put back and removed', async (kind, context) => {
    const { expect } = context;
    const { write, good, through, seen, held, changing, made } = await begin(context);
    const { url } = await through(kind, ['deploy']);
    expect(await ask(url)).toBe('one');
    expect(held()).toHaveLength(2);
    expect(made('createCluster', kind)).toBe(1);
    expect(made('createRepository', kind)).toBe(1);
    const before = changing();
    expect(await good('deploy')).toMatchObject({ url });
    expect(changing()).toEqual(before);

    await through(kind, ['status']);
    write('two');
    const serves = (text: string) => async () => expect(await ask(url)).toBe(text);
    await through(kind, ['deploy'], serves('one'));
    expect(await ask(url)).toBe('two');
    await through(kind, ['rollback'], serves('two'));
    expect(await ask(url)).toBe('one');
    expect(changing()).toEqual(before);

    await through(kind, ['destroy', '--data', '--yes']);
    expect(held()).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(KNOWN));
    await good('destroy', '--data', '--yes');
  });

  /** What a deploy does not do; in the other ways these calls fail in the tests of their client. */
  const some = KINDS.filter(({ status }) => ['DEADLINE_EXCEEDED', 'PERMISSION_DENIED'].includes(status));

  test.for(some)('with $status, a cluster is changed and removed by itself', async (kind, context) => {
    const { expect } = context;
    const { configure, good, through, seen, held } = await begin(context, 'mode: standard, nodes: { max: 2 }');
    await good('gke', 'create');
    configure('mode: standard, nodes: { max: 5 }, channel: rapid');
    await through(kind, ['gke', 'update', '--nodes', '2']);
    const { stdout } = await good('gke', 'describe');
    expect(JSON.parse(stdout)).toMatchObject({ cluster: { channel: 'rapid', pools: [{ nodes: 2, max: 5 }] } });
    await through(kind, ['gke', 'delete', '--yes']);
    expect(held()).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(['updateCluster', 'setNodePoolSize', 'setNodePoolAutoscaling']));
  });

  test('a cluster that somebody else makes in the meantime is neither used nor removed', async context => {
    const { expect } = context;
    const { google, id, run, good, held } = await begin(context);
    const name = `projects/${id}/locations/us-central1/clusters/bytechat`;
    const theirs = { name: 'bytechat', location: 'us-central1', status: 'RUNNING', resourceLabels: { team: 'a' } };
    const faultOf: FaultOf = method => {
      if (method !== 'createCluster') return undefined;
      google.clusters.set(name, theirs);
      return { status: 'ALREADY_EXISTS' };
    };
    google.storm = { faultOf, over: new Set() };
    const refusal = { code: 'name-taken', fix: expect.stringContaining('--update-labels managed-by=bytechat') };
    const refused = await run('deploy');
    expect(refused).toMatchObject({ exit: 2, problems: [refusal] });
    expect(refused.stdout).not.toContain('"type":"step.start","id":"image"');
    expect(await run('deploy')).toMatchObject({ exit: 2, problems: [refusal] });
    await good('destroy', '--data', '--yes');
    expect(held()).toEqual([name]);
    expect(google.clusters.get(name)).toEqual(theirs);
    google.clusters.clear();
  });
});

type Told = { readonly type: 'problems'; readonly problems: readonly Problem[] };

/** What the last line of `--json` says. */
const saidBy = (stdout: string): { readonly problems: readonly Problem[]; readonly url: string } => {
  const said = JSON.parse(stdout.trim().split('\n').pop() ?? '{}') as PipelineEvent | Told;
  if (said.type === 'problems') return { problems: said.problems, url: '' };
  if (said.type !== 'end') return { problems: [], url: '' };
  const problems = problemsOfReport(said.report).filter(({ level }) => level !== 'warning');
  return { problems, url: said.report.serving?.url ?? '' };
};
