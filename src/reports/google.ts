import type { GkeFact, GkePool } from '../core/facts/google.ts';
import { age, plural } from './format.ts';
import { row } from './problem.ts';
import type { Style } from './style.ts';

export interface ClustersData {
  readonly project: string;
  readonly clusters: readonly GkeFact[];
}

/** `bytechat gke list`: one line for each, in columns. */
export const clustersAsText = ({ project, clusters }: ClustersData, style: Style): string => {
  if (clusters.length === 0) return `There is no cluster in ${project}.`;
  const { paint } = style;
  const rows = [
    ['name', 'location', 'state', 'kind', 'version', 'made by'],
    ...clusters.map(({ name, location, status, mode, version, ours }) => [
      name,
      location,
      status.toLowerCase(),
      mode,
      version,
      ours ? 'bytechat' : 'somebody else',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...rest] = rows;
  return [
    `  ${paint.dim(line(head))}`,
    ...rest.map((cells, index) => `${signOf(clusters[index] as GkeFact, style)} ${line(cells)}`),
    '',
    `  ${plural(clusters.length, 'cluster')} in ${project}`,
  ].join('\n');
};

const signOf = ({ status }: GkeFact, { paint, signs }: Style): string => {
  if (status === 'RUNNING') return paint.green(signs.done);
  return ['ERROR', 'DEGRADED'].includes(status) ? paint.red(signs.failed) : paint.yellow(signs.pending);
};

export interface ClusterData {
  readonly project: string;
  readonly cluster: GkeFact;
  readonly namespaces: readonly string[];
}

/** `bytechat gke describe`. */
export const clusterAsText = ({ project, cluster, namespaces }: ClusterData, style: Style, now: Date): string => {
  const { name, location, status, because, mode, channel, version, ours, operation, created } = cluster;
  const since = created === '' ? '' : `, made ${age(created, now)} ago`;
  return [
    `${signOf(cluster, style)} ${style.paint.bold(`${name} is ${status.toLowerCase()}`)}${since}`,
    `  ${style.paint.dim(`project ${project}, ${location}`)}`,
    '',
    ...(because === '' ? [] : [row('Because', because)]),
    ...(operation === '' ? [] : [row('Busy', `Google is at ${operation}`)]),
    row('Kind', mode === 'autopilot' ? 'Autopilot' : 'Standard'),
    row('Version', `${version}${channel === '' ? '' : `, channel ${channel}`}`),
    row('Reached', cluster.dnsEndpoint || cluster.endpoint || 'not yet'),
    ...(mode === 'autopilot' ? [] : cluster.pools.map(poolLine)),
    row('Holds', namespaces.length === 0 ? 'nothing but itself' : namespaces.join(', ')),
    row('Made by', ours ? 'bytechat' : 'somebody else: nothing of it is changed'),
  ].join('\n');
};

const poolLine = ({ name, machine, nodes, min, max, spot, diskGb }: GkePool): string =>
  row('Nodes', `${nodes} now, ${min} to ${max}, of ${machine}${spot ? ', spot' : ''}, ${diskGb} GiB each (${name})`);
