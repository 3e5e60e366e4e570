import { type Alias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { z } from 'zod';
import type { Code, Place, Problem } from '../core/problem.ts';
import { allowedAt, flatten, readable } from './issues.ts';
import { ConfigFile } from './schema.ts';
import { suggest } from './suggest.ts';

/** A file that was read, or the problems that it has: all of them, each with its line and column. */
export type Loaded = { readonly config: ConfigFile } | { readonly problems: readonly Problem[] };

/** Parses the text of a `bytechat.yaml`. Pure; an empty file is all defaults. */
export const loadConfig = (text: string, file: string): Loaded => {
  const source = sourceOf(text, file);
  const broken = [...source.document.errors, ...source.document.warnings];
  if (broken.length > 0) return { problems: broken.map(error => syntaxProblem(error, source)) };
  const content = contentOf(source);
  if ('problem' in content) return { problems: [content.problem] };
  const parsed = ConfigFile.safeParse(content.value ?? {});
  return parsed.success ? { config: parsed.data } : { problems: issuesOf(parsed.error.issues, source) };
};

interface Source {
  readonly file: string;
  readonly lines: readonly string[];
  readonly counter: LineCounter;
  readonly document: ReturnType<typeof parseDocument>;
}

const sourceOf = (text: string, file: string): Source => {
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

/** Aliases are looked up only here: one without its anchor, or far too many of them, is the file's fault. */
const contentOf = (source: Source): { readonly value: unknown } | { readonly problem: Problem } => {
  try {
    return { value: source.document.toJS() };
  } catch (error) {
    const where = placeOf(rangeOf(brokenAlias(source)), source);
    return { problem: { code: 'yaml-syntax', message: sentence(String(error)), where, fix: AT_THIS_PLACE } };
  }
};

const brokenAlias = ({ document }: Source): Alias | undefined => {
  let found: Alias | undefined;
  visit(document, {
    Alias(_key, alias) {
      found = alias;
      return alias.resolve(document) ? undefined : visit.BREAK;
    },
  });
  return found;
};

const AT_THIS_PLACE = 'correct the YAML at this place';

const syntaxProblem = (error: YAMLError, source: Source): Problem => {
  const repeated = error.code === 'DUPLICATE_KEY';
  const code: Code = repeated ? 'duplicate-key' : 'yaml-syntax';
  const where = placeOf(error.pos, source);
  const key = where.excerpt
    ?.at(-1)
    ?.text.slice((where.column ?? 1) - 1)
    .split(':')[0];
  return {
    code,
    message: repeated ? `The key ${key} is there twice` : sentence(MESSAGES[error.code] ?? error.message),
    where,
    fix: repeated ? 'keep one of the two' : AT_THIS_PLACE,
  };
};

/** Where the parser's own words are for programmers. */
const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'The file holds more than one document',
  NON_STRING_KEY: 'A key must be plain text',
};

const sentence = (text: string): string => text.replace(/^\w*Error: /, '').replace(/\.$/, '');

/** A key that is missing only because it was misspelt is told once, as the misspelling. */
const issuesOf = (issues: readonly z.core.$ZodIssue[], source: Source): Problem[] => {
  const all = flatten(issues);
  const misspelt = all.flatMap(issue =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(key => keyOf([...issue.path, meantBy(key, issue.path)])) : [],
  );
  return all
    .filter(({ path }) => !(misspelt.includes(keyOf(path)) && source.document.getIn(path) === undefined))
    .flatMap(issue => (issue.code === 'unrecognized_keys' ? unknownKeys(issue, source) : badValue(issue, source)));
};

const keyOf = (path: readonly (PropertyKey | undefined)[]): string => path.map(String).join('.');

const meantBy = (key: string, path: readonly PropertyKey[]): string | undefined =>
  suggest(
    key,
    allowedAt(path).filter(allowed => allowed !== key),
  );

const badValue = (issue: z.core.$ZodIssue, source: Source): Problem => {
  const { message, allowed } = readable(issue, source.document.getIn(issue.path));
  const where = placeOf(rangeAt(issue.path, source, issue.code === 'invalid_key' ? 'key' : 'value'), source);
  return { code: 'invalid-value', message, where, ...(allowed && { allowed }) };
};

const unknownKeys = ({ keys, path }: z.core.$ZodIssueUnrecognizedKeys, source: Source): Problem[] =>
  keys.map(key => {
    const meant = meantBy(key, path);
    return {
      code: 'unknown-key',
      message: `Unknown key "${key}" in ${path.length > 0 ? path.join('.') : 'the file'}`,
      where: placeOf(rangeAt([...path, key], source, 'key'), source),
      ...(meant && { note: `did you mean "${meant}"?` }),
      allowed: allowedAt(path),
      fix: meant ? `write ${meant} instead of ${key}` : `take ${key} out`,
    };
  });

type Range = readonly [number, number];

/** Where a value or its key lies; of what is not there, the nearest thing around it that is. */
const rangeAt = (path: readonly PropertyKey[], source: Source, which: 'key' | 'value'): Range | undefined => {
  if (path.length === 0) return rangeOf(source.document.contents);
  const parent = source.document.getIn(path.slice(0, -1), true);
  return rangeIn(parent, path.at(-1), which) ?? rangeAt(path.slice(0, -1), source, 'key');
};

const rangeIn = (parent: unknown, key: PropertyKey | undefined, which: 'key' | 'value'): Range | undefined => {
  if (isSeq(parent)) return rangeOf(parent.items[Number(key)]);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(item => isScalar(item.key) && String(item.key.value) === String(key));
  return (which === 'value' ? rangeOf(pair?.value) : undefined) ?? rangeOf(pair?.key);
};

const rangeOf = (node: unknown): Range | undefined => {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
};

const placeOf = (range: Range | undefined, { file, lines, counter }: Source): Place => {
  if (!range) return { file };
  const { line, col } = counter.linePos(range[0]);
  const text = lines[line - 1] ?? '';
  const length = Math.max(1, Math.min(range[1] - range[0], text.length - col + 1));
  const excerpt = [line - 1, line].filter(at => at >= 1).map(at => ({ line: at, text: lines[at - 1] ?? '' }));
  return { file, line, column: col, length, excerpt };
};
