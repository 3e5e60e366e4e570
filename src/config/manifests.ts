import { isMap, LineCounter, parseAllDocuments } from 'yaml';
import type { Json, JsonObject } from '../core/json.ts';
import { type KubeObject, objectKey } from '../core/kube.ts';
import type { Place, Problem } from '../core/problem.ts';
import { nodeAt, type Path, placeOf, rangeAt, type Source } from './places.ts';
import { syntaxProblems } from './syntax.ts';

/** One object of a file, and where each of its fields stands. */
export interface Written {
  readonly object: KubeObject;
  readonly where: Place;
  /** The place of a field, or of the nearest thing around it that is there. */
  at(path: Path): Place;
}

export interface Read {
  readonly written: readonly Written[];
  readonly problems: readonly Problem[];
}

/**
 * The objects in one file of manifests: several documents, lists unfolded, in YAML as kubectl reads it (1.1: `0644` is
 * octal, `yes` is true, `<<` merges) but for dates and sexagesimal numbers, which stay text. JSON is YAML. Pure.
 */
export const manifestsIn = (text: string, file: string): Read => {
  const read = sourcesOf(text, file).map(documentOf);
  return { written: read.flatMap(({ written }) => written), problems: read.flatMap(({ problems }) => problems) };
};

const sourcesOf = (text: string, file: string): Source[] => {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    stringKeys: true,
    version: '1.1',
    merge: true,
    customTags: tags => tags.filter(tag => typeof tag === 'string' || !LEFT_OUT.test(`${tag.tag} ${tag.format ?? ''}`)),
  }) as Source['document'][];
  const lines = text.split(/\r?\n/);
  return documents.map(document => ({ file, lines, counter, document }));
};

/** What go-yaml takes for text. */
const LEFT_OUT = /timestamp|TIME|binary|omap|pairs|:set/;

const documentOf = (source: Source): Read => {
  const problems = syntaxProblems(source);
  if (problems.length > 0) return { written: [], problems };
  return itemOf(source, []);
};

/** A document, or an item of a `List`. */
const itemOf = (source: Source, path: Path): Read => {
  const node = nodeAt(source.document.contents, path);
  if (node === undefined || node === null || isNothing(node)) return { written: [], problems: [] };
  if (!isMap(node)) return { written: [], problems: [noObject(source, path)] };
  const value = node.toJS(source.document) as JsonObject;
  if (String(value.kind ?? '').endsWith('List') && Array.isArray(value.items)) {
    const items = value.items.map((_, index) => itemOf(source, [...path, 'items', index]));
    return { written: items.flatMap(item => item.written), problems: items.flatMap(item => item.problems) };
  }
  const problems = missing(value).map(key => lacks(key, source, path));
  return problems.length > 0 ? { written: [], problems } : { written: [writtenAt(source, path, value)], problems: [] };
};

const isNothing = (node: unknown): boolean => Reflect.get(Object(node), 'value') === null;

const noObject = (source: Source, path: Path): Problem => ({
  code: 'invalid-value',
  message: 'This is no object of Kubernetes',
  where: placeOf(rangeAt(source.document.contents, path, 'value'), source),
  fix: 'write apiVersion, kind and metadata, or take it out',
});

const missing = ({ apiVersion, kind, metadata }: JsonObject): string[] => {
  const { name } = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as JsonObject;
  const is = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';
  return Object.entries({ apiVersion, kind, 'metadata.name': name }).flatMap(([key, value]) =>
    is(value) ? [] : [key],
  );
};

const lacks = (key: string, source: Source, path: Path): Problem => {
  const range = rangeAt(source.document.contents, [...path, ...key.split('.')], 'value');
  return {
    code: 'missing-value',
    message: `An object has no ${key}`,
    ...(key === 'metadata.name' && {
      because: 'bytechat finds again what it has applied by its name: generateName has none',
    }),
    where: { ...placeOf(range, source), length: 1 },
    fix: `add ${key}`,
  };
};

const writtenAt = (source: Source, path: Path, value: JsonObject): Written => {
  const at = (more: Path): Place =>
    placeOf(rangeAt(source.document.contents, [...path, ...more], more.length === 0 ? 'value' : 'key'), source);
  const { file, line, column } = at([]);
  return { object: asWritten(value), where: { file, ...(line && { line }), ...(column && { column }) }, at };
};

/** What stands in an object that was exported: its state, and what was one object's alone. */
const EXPORTED = ['creationTimestamp', 'managedFields', 'resourceVersion', 'uid', 'generation', 'selfLink'];
/** The whole object once more, with the values of a Secret. */
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';

const asWritten = ({ status: _status, metadata, ...rest }: JsonObject): KubeObject => {
  const without = (object: JsonObject, keys: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
  const meta = without(metadata as JsonObject, EXPORTED);
  const { annotations } = meta;
  const own = typeof annotations === 'object' &&
    annotations !== null && { annotations: without(annotations as JsonObject, [COPY]) };
  return { ...rest, metadata: { ...meta, ...own } } as unknown as KubeObject;
};

/** Every object that is there a second time, told where the first one is. `id` says which are the same. */
export const twice = (written: readonly Written[], id: (object: KubeObject) => string): Problem[] =>
  written.flatMap((each, index) => {
    const first = written.find(other => id(other.object) === id(each.object));
    if (!first || written.indexOf(first) === index) return [];
    const { file, line = 1 } = first.where;
    return [
      {
        code: 'duplicate-key',
        message: `${objectKey(each.object)} is there twice`,
        because: `the first one is in ${file}, line ${line}`,
        where: each.at(['metadata', 'name']),
        fix: 'keep one of the two',
      },
    ];
  });

/** `.spec.containers[name="x"].foo` and `spec.containers[0].foo`, as the API server names a field, as a path in the value. */
export const pathIn = (field: string, value: Json | undefined): (string | number)[] => {
  const words = field.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  let here = value;
  return words.map(word => {
    const key = stepIn(word, here);
    here = typeof here === 'object' && here !== null ? (Reflect.get(here, key) as Json) : undefined;
    return key;
  });
};

const stepIn = (word: string, list: Json | undefined): string | number => {
  const inside = /^\[(.*)\]$/.exec(word)?.[1];
  if (inside === undefined) return word;
  if (/^\d+$/.test(inside)) return Number(inside);
  const wanted = [...inside.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, key = '', text]) => [key, text] as const);
  const items = Array.isArray(list) ? list : [];
  const fits = (item: Json): boolean =>
    wanted.every(([key, text]) => [undefined, text].includes(asText(Reflect.get(Object(item), key))));
  return Math.max(0, items.findIndex(fits));
};

const asText = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
