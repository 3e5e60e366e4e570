import { typed } from '../core/environment.ts';
import { short } from '../core/hash.ts';
import type { Lease } from '../core/lock.ts';
import type { ReleaseRecord } from '../core/release.ts';
import { age, duration, moment, plural } from './format.ts';
import { type KeyRow, keysAsMarkdown } from './keys.ts';
import { row } from './problem.ts';
import { type SettingsData, settingsAsText } from './settings.ts';
import type { Style } from './style.ts';

/** How the answer to each question reads. */
export const answers: Readonly<Record<string, (data: never, style: Style, now: Date) => string>> = {
  status: (data: StatusData, style, now) => statusAsText(data, style, now),
  history: (data: HistoryData, style, now) => historyAsText(data, style, now),
  'config show': (data: SettingsData, style) => settingsAsText(data, style),
  'config schema': (data: object) => JSON.stringify(data, null, 2),
  'config docs': ({ keys }: { readonly keys: readonly KeyRow[] }) => keysAsMarkdown(keys),
  'lock status': (data: { readonly lock: Lease | null }, _style, now) => lockAsText(data.lock, now),
};

interface StatusData {
  readonly app: string;
  readonly target: string;
  readonly environment?: string;
  readonly ok: boolean;
  readonly serving: {
    readonly release: string;
    readonly url: string;
    readonly since: string;
    readonly pid: number;
    readonly supervisor: string;
    readonly restarts: number;
  };
  readonly health: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly said: string;
    readonly ms: number;
  }[];
  readonly by: string;
  readonly drift: boolean;
  readonly back: readonly string[];
}

const statusAsText = (data: StatusData, { paint, signs }: Style, now: Date): string => {
  const { app, target, environment, ok, serving, health, by, drift, back } = data;
  if (serving.release === '') {
    return [
      `${paint.yellow(signs.pending)} ${paint.bold(`${app} does not run on ${target}`)}`,
      '',
      row('Start', paint.cyan(typed('deploy', environment))),
    ].join('\n');
  }
  const sign = ok ? paint.green(signs.done) : paint.red(signs.failed);
  const checks = health.map(check => `${check.name} ${check.ok ? `${check.ms} ms` : check.said}`);
  return [
    `${sign} ${paint.bold(`${app} ${short(serving.release)} serves on ${target}${ok ? '' : ', and is not healthy'}`)}`,
    `  ${paint.dim(`${environment === undefined ? '' : `environment ${environment} ${signs.dot} `}since ${age(serving.since, now)} ${signs.dot} by ${by} ${signs.dot} process ${serving.pid}`)}`,
    '',
    row('Open', paint.cyan(serving.url)),
    row('Health', checks.join(', ')),
    ...(serving.supervisor === 'gone'
      ? [row('Warning', `its supervisor has died: nothing restarts it. ${typed('deploy', environment)} mends that`)]
      : []),
    ...(serving.restarts > 0
      ? [row('Restarts', `${serving.restarts}, after crashes: ${typed('logs', environment)}`)]
      : []),
    ...(drift ? [row('Drift', `sources or config differ from what serves: ${typed('plan', environment)}`)] : []),
    ...(back[0] ? [row('Back to', `${short(back[0])}   ${paint.cyan(typed('rollback', environment))}`)] : []),
  ].join('\n');
};

interface HistoryData {
  readonly total: number;
  readonly serving: string;
  readonly records: readonly ReleaseRecord[];
}

const COLUMNS = ['release', 'when', 'by', 'what', 'commit', 'config', 'took', 'result'] as const;

const historyAsText = ({ total, serving, records }: HistoryData, { paint, signs }: Style, now: Date): string => {
  if (records.length === 0) return 'Nothing was deployed here yet.';
  const rows = records.map(record => cells(record, now));
  const widths = COLUMNS.map((name, index) => Math.max(name.length, ...rows.map(row => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const latest = records.findIndex(({ release, result }) => release === serving && result === 'serves');
  return [
    `  ${paint.dim(line(COLUMNS))}`,
    ...rows.map((row, index) => `${index === latest ? paint.green(signs.here) : ' '} ${line(row)}`),
    '',
    `  ${records.length} of ${total}. ${why(records)}Times are local.`,
  ].join('\n');
};

const cells = ({ release, at, by, commit, config, durationMs, result, goal }: ReleaseRecord, now: Date): string[] => [
  short(release),
  moment(at, now),
  by,
  goal,
  commit.slice(0, 7),
  config.slice(0, 4),
  duration(durationMs),
  RESULTS[result],
];

const RESULTS: Readonly<Record<ReleaseRecord['result'], string>> = {
  serves: 'served',
  failed: 'failed',
  undone: 'failed, undone',
  stopped: 'stopped',
};

const why = (records: readonly ReleaseRecord[]): string => {
  const bad = records.find(({ why: reason }) => reason);
  return bad ? `${short(bad.release)}: ${bad.why}. ` : '';
};

const lockAsText = (lease: Lease | null, now: Date): string =>
  lease === null
    ? 'Nobody is deploying here.'
    : [
        `${lease.owner} is deploying here, for ${age(lease.since, now)}`,
        row(
          'Doing',
          `${lease.doing}, last heartbeat ${plural(Math.round((now.getTime() - Date.parse(lease.heartbeat)) / 1000), 'second')} ago`,
        ),
        row('Break', 'bytechat lock break   only if that run is dead'),
      ].join('\n');
