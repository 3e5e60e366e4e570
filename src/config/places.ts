import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Place } from '../core/problem.ts';

/** A text that was parsed, and what is needed to find things in it again. */
export interface Source {
  readonly file: string;
  readonly lines: readonly string[];
  readonly counter: LineCounter;
  readonly document: ReturnType<typeof parseDocument>;
}

export const sourceOf = (text: string, file: string): Source => {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    resolveKnownTags: false,
  });
  return { file, lines: text.split(/\r?\n/), counter, document };
};

/** Offsets into the text. */
export type Range = readonly [from: number, to: number];

export type Path = readonly PropertyKey[];

/** Where a value or its key lies below a node; of what is not there, the nearest thing around it that is. */
export const rangeAt = (root: unknown, path: Path, which: 'key' | 'value'): Range | undefined => {
  if (path.length === 0) return rangeOf(root);
  const parent = nodeAt(root, path.slice(0, -1));
  return rangeIn(parent, path.at(-1), which) ?? rangeAt(root, path.slice(0, -1), 'key');
};

/** The node at a path, or undefined. */
export const nodeAt = (root: unknown, path: Path): unknown => {
  if (path.length === 0) return root;
  return isMap(root) || isSeq(root) ? root.getIn(path, true) : undefined;
};

const rangeIn = (parent: unknown, key: PropertyKey | undefined, which: 'key' | 'value'): Range | undefined => {
  if (isSeq(parent)) return rangeOf(parent.items[Number(key)]);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(item => isScalar(item.key) && String(item.key.value) === String(key));
  return (which === 'value' ? rangeOf(pair?.value) : undefined) ?? rangeOf(pair?.key);
};

export const rangeOf = (node: unknown): Range | undefined => {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
};

/** The place with the line at fault and the one before it. */
export const placeOf = (range: Range | undefined, { file, lines, counter }: Source): Place => {
  if (!range) return { file };
  const { line, col } = counter.linePos(range[0]);
  const text = lines[line - 1] ?? '';
  const length = Math.max(1, Math.min(range[1] - range[0], text.length - col + 1));
  const excerpt = [line - 1, line].filter(at => at >= 1).map(at => ({ line: at, text: lines[at - 1] ?? '' }));
  return { file, line, column: col, length, excerpt };
};
