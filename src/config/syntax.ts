import { type Alias, visit, type YAMLError } from 'yaml';
import type { Code, Problem } from '../core/problem.ts';
import { placeOf, rangeOf, type Source } from './places.ts';

/** Everything that keeps the text from being YAML with a value. */
export const syntaxProblems = (source: Source): Problem[] => {
  const { errors, warnings } = source.document;
  const broken = [...errors, ...warnings].map(error => syntaxProblem(error, source));
  return broken.length > 0 ? broken : aliasProblems(source);
};

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

const AT_THIS_PLACE = 'correct the YAML at this place';

const sentence = (text: string): string => text.replace(/^\w*Error: /, '').replace(/\.$/, '');

/** Aliases are looked up only here: one without its anchor, or inside it, or far too many, is the file's fault. */
const aliasProblems = (source: Source): Problem[] => {
  try {
    const value: unknown = source.document.toJS();
    return isCircular(value) ? [aliasProblem('An alias stands inside what it stands for', source)] : [];
  } catch (error) {
    return [aliasProblem(sentence(String(error)), source)];
  }
};

const aliasProblem = (message: string, source: Source): Problem => ({
  code: 'yaml-syntax',
  message,
  where: placeOf(rangeOf(brokenAlias(source)), source),
  fix: AT_THIS_PLACE,
});

const isCircular = (value: unknown, above: readonly unknown[] = []): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return above.includes(value) || Object.values(value).some(item => isCircular(item, [...above, value]));
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
