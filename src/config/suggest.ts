/** The candidate that was probably meant: at most a third of the letters differ. */
export const suggest = (word: string, candidates: readonly string[]): string | undefined => {
  const ranked = candidates
    .map(candidate => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
};

/** Optimal string alignment: insertions, deletions, substitutions and swapped neighbours each count one. */
const distance = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, { i, j, row, rows }));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
};

interface Position {
  readonly i: number;
  readonly j: number;
  readonly row: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

const cell = (a: string, b: string, { i, j, row, rows }: Position): number => {
  const at = (y: number, x: number): number => (y === i ? row[x] : rows[y]?.[x]) ?? Number.POSITIVE_INFINITY;
  const cost = a[i - 1] === b[j - 1] ? 0 : 1;
  const edits = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost];
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return Math.min(...edits, swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY);
};
