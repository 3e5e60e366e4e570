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

/** Of the last step that tells of hosts. */
const rowsOf = ({ steps }: Report): readonly HostRow[] => {
  const told = steps.findLast(({ data }) => data !== undefined)?.data;
  return (told as { readonly hosts?: readonly HostRow[] } | undefined)?.hosts ?? [];
};

/** It goes to hosts of its own, and to no target. */
export const isPlay = (goal: string): boolean => /^ansible /.test(goal);

/** Whether it came to a table of hosts. */
export const hasHosts = (report: Report): boolean => isPlay(report.goal) && rowsOf(report).length > 0;

/** A line for each host, for people and for `awk`. */
export const hostsAsText = (report: Report): string[] => {
  const rows = rowsOf(report);
  const width = Math.max('host'.length, ...rows.map(({ host }) => host.length));
  return [
    `  ${['host'.padEnd(width), ...COLUMNS].join('  ')}`,
    ...rows.map(row => `  ${[row.host.padEnd(width), ...COLUMNS.map(name => cell(row, name))].join('  ')}`),
  ];
};

const cell = (row: HostRow, name: (typeof COLUMNS)[number]): string => String(row[name]).padStart(name.length);
