/**
 * The SVG path of a drawing made of characters: `#` is a pixel, anything else is not.
 * One rectangle per run of pixels, each pixel `pitch` wide with `gap` left free at its right and lower edge.
 */
export function pixelPath(rows: readonly string[], pitch = 1, gap = 0): string {
  return rows.flatMap((row, y) => runs(row, gap > 0).map(run => rectangle(run, y, { pitch, gap }))).join('');
}

interface Run {
  start: number;
  length: number;
}

function runs(row: string, single: boolean): Run[] {
  return [...row.matchAll(single ? /#/g : /#+/g)].map(match => ({ start: match.index, length: match[0].length }));
}

function rectangle(run: Run, y: number, { pitch, gap }: { pitch: number; gap: number }): string {
  const width = run.length * pitch - gap;
  return `M${run.start * pitch} ${y * pitch}h${width}v${pitch - gap}h${-width}z`;
}
