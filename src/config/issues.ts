import type { z } from 'zod';
import { fileSchema, type JsonSchema } from './json-schema.ts';

interface Readable {
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** What is wrong, as a person would say it, with the bad value in it. */
export const readable = (issue: z.core.$ZodIssue, value: unknown): Readable => {
  const where = issue.path.join('.') || 'the file';
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? { message: `${where} is missing` }
        : { message: `${where} is ${show(value)}, but must be ${article(issue.expected)}` };
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      return { message: `${where} is ${show(value)}, which is none of ${allowed.join(', ')}`, allowed };
    }
    case 'invalid_key':
      return { message: `The name in ${where} is not allowed: ${issue.issues[0]?.message ?? issue.message}` };
    case 'too_small':
    case 'too_big':
      return { message: `${where} is ${show(value)}: ${issue.message}` };
    default:
      return {
        message:
          issue.message === 'Invalid input'
            ? `${where} is ${show(value)}`
            : `${issue.message} (${where} is ${show(value)})`,
      };
  }
};

/** Each complaint on its own. Of a union, the branch that came nearest speaks: the one with the fewest complaints. */
export const flatten = (issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
  issues.flatMap(issue => {
    if (issue.code !== 'invalid_union') return [issue];
    const [nearest] = [...issue.errors].sort((a, b) => a.length - b.length);
    if (!nearest) return [issue];
    return flatten(nearest.map(inner => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue));
  });

const show = (value: unknown): string => {
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'number' ? String(value) : String(JSON.stringify(value) ?? value);
};

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** The keys that may stand at a path of the file, from the schema itself. */
export const allowedAt = (path: readonly PropertyKey[]): string[] => {
  let schemas = [fileSchema() as JsonSchema];
  for (const key of path) schemas = schemas.flatMap(branches).flatMap(schema => below(schema, key));
  return [...new Set(schemas.flatMap(branches).flatMap(({ properties = {} }) => Object.keys(properties)))].sort();
};

const branches = (schema: JsonSchema): JsonSchema[] => [schema, ...(schema.anyOf ?? [])];

const below = ({ properties, items, additionalProperties }: JsonSchema, key: PropertyKey): JsonSchema[] => {
  const found = typeof key === 'number' ? items : (properties?.[String(key)] ?? additionalProperties);
  return found ? [found] : [];
};
