import { isMap, isNode, isSeq } from 'yaml';
import { overlayNamed } from './environment.ts';
import { keyOf, resolved } from './merge.ts';
import type { Origin, Origins } from './origin.ts';
import { type Path, rangeOf, type Source } from './places.ts';

/** The origin of everything below a node that was written somewhere. */
export const originsOf = (root: unknown, source: Source, environment: string | undefined): Origins => {
  const overlay = environment === undefined ? undefined : rangeOf(overlayNamed(source, environment));
  const found = nodesBelow(root, [], source).flatMap(({ path, node }) => {
    const [at] = rangeOf(node) ?? [];
    if (at === undefined) return [];
    const inside = overlay !== undefined && at >= overlay[0] && at < overlay[1];
    const { line, col } = source.counter.linePos(at);
    const from: Origin['from'] = inside ? `environments.${environment}` : 'file';
    return [[path.join('.'), { from, file: source.file, line, column: col }] as const];
  });
  return Object.fromEntries(found);
};

interface Found {
  readonly path: Path;
  readonly node: unknown;
}

const nodesBelow = (root: unknown, path: Path, source: Source): Found[] => {
  const node = resolved(root, source.document);
  if (!isNode(node)) return [];
  return [{ path, node }, ...childrenOf(node, path).flatMap(child => nodesBelow(child.node, child.path, source))];
};

const childrenOf = (node: unknown, path: Path): Found[] => {
  if (isMap(node)) return node.items.map(pair => ({ path: [...path, keyOf(pair)], node: pair.value }));
  if (isSeq(node)) return node.items.map((item, index) => ({ path: [...path, index], node: item }));
  return [];
};
