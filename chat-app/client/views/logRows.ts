import type { Line, LogItem, Remark } from '../session/state.ts';
import { dayKey } from './times.ts';

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string; count: number }
  /** `more`: the same person goes on, so the name need not be seen again. */
  | { kind: 'line'; key: string; line: Line; more: boolean }
  | { kind: 'remark'; key: string; remark: Remark };

export interface LogRowsInput {
  items: readonly LogItem[];
  /** Key of the first line that nobody has looked at yet. */
  firstUnread: string | undefined;
}

/** The log as it is shown: a rule before each new day and before the first unread line. */
export function logRows({ items, firstUnread }: LogRowsInput): Row[] {
  return items.flatMap((item, at) => [
    ...dayRow(item, items[at - 1]),
    ...(item.key === firstUnread ? [newRow(items.slice(at))] : []),
    itemRow(item, items[at - 1], firstUnread),
  ]);
}

function dayRow(item: LogItem, before: LogItem | undefined): Row[] {
  const same = before && dayKey(before.at) === dayKey(item.at);
  return same ? [] : [{ kind: 'day', key: `day ${dayKey(item.at)} ${item.key}`, at: item.at }];
}

const newRow = (rest: readonly LogItem[]): Row => ({
  kind: 'new',
  key: 'new',
  count: rest.filter(item => item.kind === 'line' && !item.mine).length,
});

function itemRow(item: LogItem, before: LogItem | undefined, firstUnread: string | undefined): Row {
  if (item.kind === 'remark') return { kind: 'remark', key: item.key, remark: item };
  const goesOn = before?.kind === 'line' && before.name === item.name && before.mine === item.mine;
  const sameDay = before && dayKey(before.at) === dayKey(item.at);
  return { kind: 'line', key: item.key, line: item, more: Boolean(goesOn && sameDay && item.key !== firstUnread) };
}
