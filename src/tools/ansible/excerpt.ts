export interface At {
  /** 1-based. */
  readonly line: number;
}

export type Excerpt = readonly { readonly line: number; readonly text: string }[];

/** The line at fault, and the one before it. */
export const linesTo = (lines: readonly string[], { line }: At): Excerpt => cut(lines, Math.max(1, line - 1), line);

/** Where the rest may hold what nobody is to see. */
export const onlyLine = (lines: readonly string[], { line }: At): Excerpt => cut(lines, line, line);

const MOST = 8;

/** A task from its first line on, as far as it is indented deeper; eight lines at most. */
export const blockAt = (lines: readonly string[], { line }: At): Excerpt => {
  const depth = indentOf(lines[line - 1] ?? '');
  const rest = lines.slice(line, line + MOST - 1);
  const end = rest.findIndex(text => text.trim() === '' || indentOf(text) <= depth);
  return cut(lines, line, line + (end < 0 ? rest.length : end));
};

const indentOf = (text: string): number => text.length - text.trimStart().length;

const cut = (lines: readonly string[], from: number, to: number): Excerpt =>
  lines.slice(from - 1, to).map((text, index) => ({ line: from + index, text }));
