import { short } from '../core/hash.ts';
import type { Lease } from '../core/lock.ts';
import type { ReleaseRecord } from '../core/release.ts';
import { age, duration, moment, plural, wrap } from './format.ts';
import { type ClusterData, type ClustersData, clusterAsText, clustersAsText } from './google.ts';
import { type HelmData, helmAsText } from './helm.ts';
import { type KeyRow, keysAsMarkdown } from './keys.ts';
import { type DiffData, diffAsText } from './kube-diff.ts';
import { type SetStatusData, setStatusAsText } from './kube-status.ts';
import { row } from './problem.ts';
import { type RegistryData, registryAsText } from './registry.ts';
import { type SettingsData, settingsAsText } from './settings.ts';

import { type StatusData, statusAsText } from './status.ts';
import type { Style } from './style.ts';
import { type OutputsData, outputsAsText } from './terraform.ts';

/** How the answer to each question reads. */
export const answers: Readonly<Record<string, (data: never, style: Style, now: Date) => string>> = {
  status: (data: StatusData, style, now) => statusAsText(data, style, now),
  history: (data: HistoryData, style, now) => historyAsText(data, style, now),
  'config show': (data: SettingsData, style) => settingsAsText(data, style),
  'config schema': (data: object) => JSON.stringify(data, null, 2),
  'config docs': ({ keys }: { readonly keys: readonly KeyRow[] }) => keysAsMarkdown(keys),
  'lock status': (data: { readonly lock: Lease | null }, _style, now) => lockAsText(data.lock, now),
  'gcr list': (data: RegistryData, style, now) => registryAsText(data, style, now),
  'gke list': (data: ClustersData, style) => clustersAsText(data, style),
  'gke describe': (data: ClusterData, style, now) => clusterAsText(data, style, now),
  'gke token': (data: object) => JSON.stringify(data),
  'helm status': (data: HelmData, style, now) => helmAsText(data, style, now),
  'kube diff': (data: DiffData, style) => diffAsText(data, style),
  'kube status': (data: SetStatusData, style, now) => setStatusAsText(data, style, now),
  'terraform output': (data: OutputsData, style) => outputsAsText(data, style),
  'registry list': (data: RegistryData, style, now) => registryAsText(data, style, now),
};

interface HistoryData {
  readonly total: number;
  readonly serving: string;
  readonly records: readonly ReleaseRecord[];
}

const COLUMNS = ['release', 'when', 'by', 'what', 'commit', 'config', 'took', 'result'] as const;
type Column = (typeof COLUMNS)[number];

/** What gives way on a narrow terminal, the first first. All of it is in `--json`. */
const GIVES_WAY: readonly Column[] = ['config', 'commit', 'what'];

const historyAsText = ({ total, serving, records }: HistoryData, style: Style, now: Date): string => {
  const { paint, signs, width, terminal } = style;
  if (records.length === 0) return 'Nothing was deployed here yet.';
  const rows = records.map(record => cells(record, now));
  const widths = widthsOf(rows);
  const columns = terminal ? columnsFor(widths, width) : COLUMNS;
  const line = (cell: (name: Column) => string): string =>
    columns
      .map(name => cell(name).padEnd(widths[name]))
      .join('  ')
      .trimEnd();
  const latest = records.findIndex(({ release, result }) => release === serving && result === 'serves');
  return [
    `  ${paint.dim(line(name => name))}`,
    ...rows.map((row, index) => `${index === latest ? paint.green(signs.here) : ' '} ${line(name => row[name])}`),
    '',
    ...wrap(`${records.length} of ${total}. ${why(records)}Times are local.`, width - 2).map(text => `  ${text}`),
  ].join('\n');
};

type Cells = Readonly<Record<Column, string>>;

const widthsOf = (rows: readonly Cells[]): Readonly<Record<Column, number>> => {
  const widest = (name: Column): number => Math.max(name.length, ...rows.map(row => row[name].length));
  return Object.fromEntries(COLUMNS.map(name => [name, widest(name)])) as Record<Column, number>;
};

const columnsFor = (widths: Readonly<Record<Column, number>>, width: number): readonly Column[] => {
  const kept = (count: number): Column[] => COLUMNS.filter(name => !GIVES_WAY.slice(0, count).includes(name));
  const fits = (names: readonly Column[]): boolean => names.reduce((sum, name) => sum + widths[name] + 2, 0) <= width;
  const counts = GIVES_WAY.map((_, index) => index);
  return kept(counts.find(count => fits(kept(count))) ?? GIVES_WAY.length);
};

const cells = ({ release, at, by, commit, config, durationMs, result, goal }: ReleaseRecord, now: Date): Cells => ({
  release: short(release),
  when: moment(at, now),
  by,
  what: goal,
  commit: commit.slice(0, 7),
  config: config.slice(0, 4),
  took: duration(durationMs),
  result: RESULTS[result],
});

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
