import { isMap, type YAMLMap } from 'yaml';
import type { Problem } from '../core/problem.ts';
import { keyOf, mergeMaps, resolved, without } from './merge.ts';
import { nodeAt, placeOf, rangeAt, type Source } from './places.ts';
import { suggest } from './suggest.ts';

const KEY = 'environments';

/** The file as it counts for an environment: its own keys, and those of the environment laid over them. */
export const effective = (source: Source, environment: string | undefined): unknown => {
  const { document } = source;
  const { contents } = document;
  if (!isMap(contents)) return contents;
  const base = without(contents, KEY);
  const overlay = environment === undefined ? undefined : overlayNamed(source, environment);
  return overlay ? mergeMaps(base, overlay, document) : base;
};

export const overlayNamed = ({ document }: Source, environment: string): YAMLMap | undefined => {
  const overlay = resolved(nodeAt(document.contents, [KEY, environment]), document);
  return isMap(overlay) ? overlay : undefined;
};

/** A Problem when an environment was asked for that the file does not have. */
export const unknownEnvironment = (source: Source, environment: string | undefined): Problem[] => {
  const names = namesIn(source);
  if (environment === undefined || names.includes(environment)) return [];
  const meant = suggest(environment, names);
  const first = names.length === 0;
  return [
    {
      code: 'unknown-environment',
      message: `There is no environment "${environment}"${first ? ` in ${source.file}` : ''}`,
      ...(!first && { where: placeOf(rangeAt(source.document.contents, [KEY], 'key'), source), allowed: names }),
      ...(meant !== undefined && { note: `did you mean "${meant}"?` }),
      fix: first ? `add it to ${source.file}: ${KEY}: { ${environment}: {} }` : `write --env ${meant ?? names[0]}`,
    },
  ];
};

const namesIn = ({ document }: Source): string[] => {
  const map = nodeAt(document.contents, [KEY]);
  return isMap(map) ? map.items.map(keyOf) : [];
};
