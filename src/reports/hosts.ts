import type { Json, JsonObject } from '../core/json.ts';
import type { Report } from '../core/report.ts';

/** One host of a playbook, with what its tasks came to. */
interface HostRow {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly skipped: number;
}

const COLUMNS = ['ok', 'changed', 'failed', 'unreachable', 'skipped'] as const;

interface Played {
  readonly hosts?: readonly HostRow[];
  /** What the playbook has kept with set_stats. */
  readonly stats?: JsonObject;
}

/** Of the last step that tells of hosts. */
const playedIn = ({ steps }: Report): Played =>
  (steps.findLast(({ data }) => data !== undefined)?.data ?? {}) as Played;

const rowsOf = (report: Report): readonly HostRow[] => playedIn(report).hosts ?? [];

/** It goes to hosts of its own, and to no target. */
export const isPlay = (goal: string): boolean => /^ansible /.test(goal);

/** Whether it came to a table of hosts. */
export const hasHosts = (report: Report): boolean => isPlay(report.goal) && rowsOf(report).length > 0;

/** A line for each host, for people and for `awk`, and one for each result that the playbook names. */
export const hostsAsText = (report: Report): string[] => {
  const rows = rowsOf(report);
  const width = Math.max('host'.length, ...rows.map(({ host }) => host.length));
  return [
    `  ${['host'.padEnd(width), ...COLUMNS].join('  ')}`,
    ...rows.map(row => `  ${[row.host.padEnd(width), ...COLUMNS.map(name => cell(row, name))].join('  ')}`),
    ...Object.entries(playedIn(report).stats ?? {}).map(([name, value]) => `  ${name.padEnd(width)}  ${shown(value)}`),
  ];
};

const shown = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));

const cell = (row: HostRow, name: (typeof COLUMNS)[number]): string => String(row[name]).padStart(name.length);
