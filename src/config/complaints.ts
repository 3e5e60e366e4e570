import { isNode } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../core/problem.ts';
import { allowedAt, flatten, readable } from './issues.ts';
import { placeOf, rangeAt, type Source } from './places.ts';
import { suggest } from './suggest.ts';

/** What is examined: a schema, and the part of the text that it is about. */
export interface Examined {
  readonly schema: z.ZodObject;
  readonly root: unknown;
}

/** Every complaint of a schema about a part of the text, each at its place. */
export const complaints = ({ schema, root }: Examined, source: Source): Problem[] => {
  const value = contentOf(root, source) ?? {};
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : issuesOf(parsed.error.issues, { root, value }, source);
};

export const contentOf = (root: unknown, { document }: Source): unknown =>
  isNode(root) ? root.toJS(document) : undefined;

interface Subject {
  readonly root: unknown;
  /** The same, as what it says. */
  readonly value: unknown;
}

/** A key that is missing only because it was misspelt is told once, as the misspelling. */
const issuesOf = (issues: readonly z.core.$ZodIssue[], subject: Subject, source: Source): Problem[] => {
  const all = flatten(issues);
  const misspelt = all.flatMap(issue =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(key => nameOf([...issue.path, meantBy(key, issue.path)])) : [],
  );
  return all
    .filter(({ path }) => !(misspelt.includes(nameOf(path)) && valueAt(subject.value, path) === undefined))
    .flatMap(issue =>
      issue.code === 'unrecognized_keys' ? unknownKeys(issue, subject, source) : [badValue(issue, subject, source)],
    );
};

const nameOf = (path: readonly (PropertyKey | undefined)[]): string => path.map(String).join('.');

const meantBy = (key: string, path: readonly PropertyKey[]): string | undefined =>
  suggest(
    key,
    allowedAt(path).filter(allowed => allowed !== key),
  );

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );

const badValue = (issue: z.core.$ZodIssue, { root, value }: Subject, source: Source): Problem => {
  const { message, allowed } = readable(issue, valueAt(value, issue.path));
  const range = rangeAt(root, issue.path, issue.code === 'invalid_key' ? 'key' : 'value');
  return { code: 'invalid-value', message, where: placeOf(range, source), ...(allowed && { allowed }) };
};

const unknownKeys = (
  { keys, path }: Pick<z.core.$ZodIssueUnrecognizedKeys, 'keys' | 'path'>,
  { root }: Subject,
  source: Source,
): Problem[] =>
  keys.map(key => {
    const meant = meantBy(key, path);
    return {
      code: 'unknown-key',
      message: `Unknown key "${key}" in ${path.length > 0 ? path.join('.') : 'the file'}`,
      where: placeOf(rangeAt(root, [...path, key], 'key'), source),
      ...(meant && { note: `did you mean "${meant}"?` }),
      allowed: allowedAt(path),
      fix: meant ? `write ${meant} instead of ${key}` : `take ${key} out`,
    };
  });
