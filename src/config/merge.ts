import { type Document, isAlias, isMap, isScalar, Pair, YAMLMap } from 'yaml';

/**
 * Lays one mapping over another: mappings merge, lists and scalars replace. The result is made of the nodes of both, so
 * each of them still knows its place in the text. An alias counts as what it stands for.
 */
export const mergeMaps = (base: YAMLMap, over: YAMLMap, document: Document): YAMLMap => {
  const merged = new YAMLMap();
  const above = over.items.map(pair => ({ key: keyOf(pair), pair }));
  for (const pair of base.items) {
    const found = above.find(({ key }) => key === keyOf(pair))?.pair;
    merged.items.push(found ? mergePairs(pair, found, document) : pair);
  }
  const known = base.items.map(keyOf);
  merged.items.push(...above.filter(({ key }) => !known.includes(key)).map(({ pair }) => pair));
  return merged;
};

const mergePairs = (base: Pair, over: Pair, document: Document): Pair => {
  const [below, above] = [resolved(base.value, document), resolved(over.value, document)];
  return isMap(below) && isMap(above) ? new Pair(base.key, mergeMaps(below, above, document)) : over;
};

/** The node that an alias stands for. */
export const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);

export const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

export const without = (map: YAMLMap, key: string): YAMLMap => {
  const rest = Object.assign(new YAMLMap(), { range: map.range });
  rest.items.push(...map.items.filter(pair => keyOf(pair) !== key));
  return rest;
};
