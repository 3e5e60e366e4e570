import { age, plural } from './format.ts';
import type { Style } from './style.ts';

export interface RegistryData {
  readonly repository: string;
  readonly tags: readonly TagRow[];
}

interface TagRow {
  readonly tag: string;
  readonly digest: string;
  readonly size: number;
  readonly created: string;
  readonly platform: string;
  readonly serves: boolean;
  readonly recorded: boolean;
}

const COLUMNS = ['tag', 'digest', 'size', 'age', 'release', 'platform'] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Record<Column, string>>;

/** What gives way on a narrow terminal, the first first. All of it is in `--json`. */
const GIVES_WAY: readonly Column[] = ['platform', 'digest'];

/** `bytechat registry list`: the newest first. */
export const registryAsText = ({ repository, tags }: RegistryData, style: Style, now: Date): string => {
  const { paint, signs } = style;
  if (tags.length === 0) return `Nothing was pushed to ${repository} yet.`;
  const sorted = tags.toSorted((a, b) => Date.parse(b.created || '0') - Date.parse(a.created || '0'));
  const rows = sorted.map(tag => cellsOf(tag, now));
  const columns = columnsFor(rows, style);
  const line = (cells: Cells): string =>
    columns
      .map(name => cells[name].padEnd(widthOf(name, rows)))
      .join('  ')
      .trimEnd();
  const head = Object.fromEntries(COLUMNS.map(name => [name, name])) as Cells;
  return [
    `  ${paint.dim(line(head))}`,
    ...rows.map((cells, index) => `${sorted[index]?.serves ? paint.green(signs.here) : ' '} ${line(cells)}`),
    '',
    `  ${plural(tags.length, 'tag')} in ${repository}`,
  ].join('\n');
};

const cellsOf = ({ tag, digest, size, created, platform, serves, recorded }: TagRow, now: Date): Cells => ({
  tag,
  digest: digest.replace('sha256:', '').slice(0, 12),
  size: `${(size / 1e6).toFixed(1)} MB`,
  age: created === '' ? 'unknown' : age(created, now),
  release: serves ? 'serves' : recorded ? 'recorded' : '',
  platform,
});

const widthOf = (name: Column, rows: readonly Cells[]): number =>
  Math.max(name.length, ...rows.map(row => row[name].length));

const columnsFor = (rows: readonly Cells[], { width, terminal }: Style): readonly Column[] => {
  const without = (count: number): Column[] => COLUMNS.filter(name => !GIVES_WAY.slice(0, count).includes(name));
  const fits = (names: readonly Column[]): boolean =>
    names.reduce((sum, name) => sum + widthOf(name, rows) + 2, 0) <= width;
  const counts = [0, ...GIVES_WAY.map((_, index) => index + 1)];
  return terminal ? without(counts.find(count => fits(without(count))) ?? GIVES_WAY.length) : COLUMNS;
};
