import type { Plan } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { ReleaseRecord } from '../../src/core/release.ts';
import { isOk, type Report, type StepResult, type StepStatus } from '../../src/core/report.ts';
import { answers } from '../../src/reports/answer.ts';
import type { HelmData } from '../../src/reports/helm.ts';
import { planAsChanges } from '../../src/reports/plan.ts';
import { problemAsText } from '../../src/reports/problem.ts';
import { resultAsText } from '../../src/reports/result.ts';
import type { Style } from '../../src/reports/style.ts';
import { planOf, stepOf } from '../support/plan.ts';

export const NOW = new Date('2026-11-23T14:02:07.000Z');

const step = (id: string, status: StepStatus, more: Partial<StepResult> = {}): StepResult => ({
  id,
  title: `Do ${id}`,
  status,
  durationMs: 1234,
  ...more,
});

const serving = { release: '9b1e04c7a2d1', url: 'http://localhost:5001', since: '2026-11-20T09:41:00.000Z' };

const reportOf = (more: Partial<Report>): Report => {
  const { steps = [], problems = [] } = more;
  return {
    schema: 1,
    goal: 'deploy',
    app: 'chat-app',
    target: 'local',
    ok: isOk({ steps, problems }),
    changed: steps.some(({ status }) => status === 'done'),
    startedAt: NOW.toISOString(),
    durationMs: 9800,
    checks: 8,
    release: 'b7c01e55d3f0',
    problems,
    steps,
    ...more,
  };
};

const unhealthy: Problem = {
  code: 'crash-at-start',
  message: 'The release crashes at start, exit code 3',
  because:
    'Error: EROFS: the file system that holds /data/messages.db can only be read, and the relay has to write there',
  lines: [
    '{"level":50,"msg":"cannot open /data/messages.db"}',
    'Error: EROFS: read-only file system',
    'Node.js v24.21.0',
  ],
  reproduce: 'curl -i --unix-socket /project/.bytechat/run/s1a2b3c4.sock http://app/readyz',
  evidence: '/project/.bytechat/evidence/20261123T140207-start',
};

/** Google speaks in whole sentences. */
const refused: Problem = {
  code: 'quota-exceeded',
  message: 'The project my-project has not enough quota to create the cluster bytechat: CPUS',
  because: "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.",
  fix: 'ask for more',
};

const misspelt: Problem = {
  code: 'unknown-key',
  message: 'Unknown key "replicsa" in app',
  where: {
    file: 'bytechat.yaml',
    line: 7,
    column: 3,
    length: 8,
    excerpt: [
      { line: 6, text: '  name: chat' },
      { line: 7, text: '  replicsa: 3' },
    ],
  },
  note: 'did you mean "replicas"?',
  allowed: [
    'build',
    'command',
    'drain',
    'env',
    'files',
    'handover',
    'health',
    'host',
    'name',
    'port',
    'replicas',
    'secrets',
  ],
  fix: 'write replicas instead of replicsa',
};

const taken: Problem = {
  code: 'ports-taken',
  message: 'All ports from 5001 to 5010 on 127.0.0.1 are taken by programs that are not ours, as far as can be seen',
  fix: 'end what listens there (ss -ltnp shows it), or set app.port to a free one',
};

const warned: Problem = { code: 'broken-link', message: 'docs/gone.md is linked and not there', level: 'warning' };

const stopped: Problem = { code: 'interrupted', message: 'You stopped it' };

const record = (release: string, at: string, more: Partial<ReleaseRecord>): ReleaseRecord => ({
  schema: 1,
  goal: 'deploy',
  app: 'chat-app',
  target: 'local',
  release,
  at,
  by: 'mira@atlas',
  commit: '4e1b0c2f9a',
  dirty: 0,
  config: 'a91f77b012',
  durationMs: 16_000,
  result: 'serves',
  ...more,
});

const records = [
  record('4c7d21aa', '2026-11-23T14:00:00.000Z', { result: 'undone', why: '/data/messages.db is read-only' }),
  record('9b1e04c7a2d1', '2026-11-20T09:41:00.000Z', { by: 'jenkins@build-7', commit: '8c2d71f0', durationMs: 64_000 }),
  record('7d0f3a00', '2026-11-18T17:20:00.000Z', { goal: 'rollback', commit: 'unknown', durationMs: 950 }),
];

const changes: Plan = planOf(
  [
    stepOf('build', {
      title: 'Build chat-app',
      changes: [
        {
          action: 'change',
          what: '/project/dist/chat-app',
          because: 'package-lock.json, chat-app/server/main.ts, chat-app/server/relay/session.ts and 7 more changed',
        },
      ],
    }),
    stepOf('switch', {
      title: 'Hand over to b7c01e',
      changes: [
        { action: 'change', what: 'http://localhost:5001 from 9b1e04 to b7c01e' },
        { action: 'create', what: 'a process that serves b7c01e' },
      ],
    }),
    stepOf('clean', {
      title: 'Remove old releases',
      changes: [
        { action: 'delete', what: 'release 7d0f3a in .bytechat/releases' },
        { action: 'keep', what: 'the messages in .bytechat/data', because: '--data deletes them too' },
      ],
    }),
  ],
  {
    app: 'chat-app',
    context: ['state .bytechat', 'commit 4e1b0c2, 12 files not committed', 'by jenkins@agent-7.build.example.org'],
    later: [{ title: 'Release to the cluster', because: 'it does not exist yet' }],
  },
);

const costly: Plan = planOf(
  [stepOf('cluster', { title: 'Make the cluster', changes: [{ action: 'create', what: 'cluster bytechat' }] })],
  {
    app: 'chat-app',
    target: 'gcp',
    costs: {
      costs: [
        { what: "the cluster's fee, standard", monthly: { low: 73, high: 73 }, because: 'each cluster has it' },
        {
          what: 'free tier',
          monthly: { low: -73, high: -73 },
          because: 'when no other cluster of this billing account uses it',
        },
        {
          what: '1 to 3 n2-standard-4 nodes',
          monthly: null,
          because: 'n2-standard-4 is not in the table of prices',
        },
        { what: '1 to 3 node disks of 30 GiB', monthly: { low: 3, high: 9 }, because: 'pd-balanced' },
        {
          what: '1 volume of 10 GiB',
          monthly: null,
          because: 'what the StorageClass fast-and-far-away-from-here makes is not in the table of prices',
        },
      ],
      total: { low: 3, high: 9 },
      prices: '2026-11',
      region: 'us-central1',
      elsewhere: 'europe-west1',
    },
  },
);

const status = {
  app: 'chat-app',
  target: 'local',
  ok: true,
  serving: { ...serving, pid: 4242, container: '', supervisor: 'answers', restarts: 0 },
  health: [
    { name: 'GET /readyz', ok: true, said: 'answers 200', ms: 12 },
    { name: 'probe.js', ok: true, said: 'passes', ms: 41 },
  ],
  by: 'jenkins@build-7',
  drift: false,
  back: ['7d0f3a00'],
  lock: null,
};

const lease = {
  token: 7,
  owner: 'jenkins@build-7',
  doing: 'switch',
  since: '2026-11-23T14:00:55.000Z',
  heartbeat: '2026-11-23T14:02:04.000Z',
};

const sick = {
  ...status,
  ok: false,
  environment: 'staging',
  serving: { ...status.serving, supervisor: 'gone', restarts: 3 },
  health: [
    { name: 'GET /readyz', ok: false, said: 'answers 503 the database is gone and nobody knows where to', ms: 12 },
  ],
  drift: true,
  lock: lease,
};

const answer = (name: string, data: object, style: Style): string => answers[name]?.(data as never, style, NOW) ?? '';

const result = (report: Report, style: Style): string => {
  const { stdout, stderr } = resultAsText(report, { out: style, err: style }, { piped: false });
  return stderr + stdout;
};

const withoutRelease = (more: Partial<Report>): Report => {
  const { release: _none, ...report } = reportOf({ ...more, steps: [step('helm', 'done')] });
  return report;
};

const helm: HelmData = {
  name: 'cache',
  namespace: 'market',
  ok: true,
  revision: 3,
  status: 'deployed',
  deployed: 3,
  chart: 'redis-1.2.3',
  updated: '2026-11-23T14:01:07.000Z',
  description: 'Upgrade complete',
  workloads: [{ kind: 'StatefulSet', name: 'cache', ready: 1, wanted: 1 }],
};

/** Everything that is said when something is over, as text in a style. */
export const samples = (style: Style): Readonly<Record<string, string>> => ({
  'first deploy': result(
    reportOf({ serving: { ...serving, release: 'b7c01e55d3f0' }, steps: [step('switch', 'done')] }),
    style,
  ),
  'deploy with a warning': result(reportOf({ serving, problems: [warned], steps: [step('switch', 'done')] }), style),
  'nothing to deploy': result(reportOf({ serving, durationMs: 312 }), style),
  'nothing to destroy': result(reportOf({ goal: 'destroy', release: '' }), style),
  'rolled back': result(reportOf({ goal: 'rollback', serving, steps: [step('switch', 'done')] }), style),
  destroyed: result(reportOf({ goal: 'destroy', release: '', steps: [step('end', 'done')] }), style),
  'lock broken': result(reportOf({ goal: 'lock break', steps: [step('break', 'done')] }), style),
  'a bad release': result(
    reportOf({
      serving,
      steps: [step('release', 'done'), step('start', 'failed', { problem: unhealthy }), step('switch', 'pending')],
    }),
    style,
  ),
  'a failure in whole sentences': result(
    reportOf({ target: 'gcp', steps: [step('cluster', 'failed', { problem: refused })] }),
    style,
  ),
  'stopped by Ctrl-C': result(reportOf({ serving, steps: [step('start', 'failed', { problem: stopped })] }), style),
  'refused before anything began': result(reportOf({ problems: [taken], steps: [step('start', 'pending')] }), style),
  'validate, all well': result(reportOf({ goal: 'validate', durationMs: 212 }), style),
  'validate with problems': result(reportOf({ goal: 'validate', problems: [misspelt, taken, warned] }), style),
  'a long path at fault': problemAsText(
    {
      ...misspelt,
      where: { ...misspelt.where, file: 'a/very/long/way/down/the/tree/of/some/mono/repository/bytechat.yaml' },
    },
    style,
  ),
  plan: planAsChanges(changes, style),
  'a plan that costs': planAsChanges(costly, style),
  'empty plan': planAsChanges(planOf([], { app: 'chat-app' }), style),
  status: answer('status', status, style),
  'status of something sick': answer('status', sick, style),
  'status of nothing': answer('status', { ...status, ok: false, serving: { ...status.serving, release: '' } }, style),
  history: answer('history', { total: 3, serving: serving.release, records }, style),
  'history of nothing': answer('history', { total: 0, serving: '', records: [] }, style),
  lock: answer('lock status', { lock: lease }, style),
  'no lock': answer('lock status', { lock: null }, style),
  'a Helm release': answer('helm status', helm, style),
  'a Helm release that was cut off': answer(
    'helm status',
    { ...helm, ok: false, revision: 4, status: 'pending-upgrade', description: 'Preparing upgrade' },
    style,
  ),
  'a Helm release installed': result(withoutRelease({ goal: 'helm install', app: 'cache' }), style),
});
