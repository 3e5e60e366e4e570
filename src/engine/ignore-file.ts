import { posix } from 'node:path';
import { BytechatError } from '../core/problem.ts';
import { BadPattern, type IgnorePattern, ignorePattern } from './ignore-pattern.ts';

/** The patterns of an ignore file, in their order. Throws `invalid-value` with the line of one that Docker would refuse. */
export const readPatterns = (text: string, file: string): IgnorePattern[] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => {
      const pattern = patternIn(line);
      return pattern === '' ? [] : [parsed(pattern, { file, line: index + 1, text: line.trim() })];
    });

/** Whether a path is ignored, and which patterns match it: they match all that lies below it, too. */
export interface Verdict {
  readonly isIgnored: boolean;
  readonly matched: readonly boolean[];
}

/** `above` is what the folder's own verdict matched. */
export const judge = (patterns: readonly IgnorePattern[], path: string, above: readonly boolean[] = []): Verdict => {
  let isIgnored = false;
  const matched = patterns.map((pattern, index) => {
    // One that could not change the answer here is not asked, and so does not count for what lies below either.
    const matches = above[index] || (pattern.isException === isIgnored && pattern.matches(path));
    if (matches) isIgnored = !pattern.isException;
    return matches;
  });
  return { isIgnored, matched };
};

/** Whether an exception could lie below a folder that is ignored. Where none could, nobody looks. */
export const hopeIn = (patterns: readonly IgnorePattern[]): ((folder: string) => boolean) => {
  const exceptions = patterns.filter(({ isException }) => isException).map(({ trunk }) => trunk);
  // Docker looks no deeper than the trunks then, though `!a/*/**` would match there.
  if (!exceptions.some(trunk => SPECIAL.test(trunk)))
    return folder => exceptions.some(trunk => `${trunk}/`.startsWith(`${folder}/`));
  const starts = exceptions.map(literalStart);
  return folder => starts.some(start => isWithin(folder.split('/'), start));
};

const SPECIAL = /[*?[\]\\^]/;

/** The folders that a pattern names before its first special character. */
const literalStart = (trunk: string): string[] => {
  const names = trunk.split('/');
  const special = names.findIndex(name => SPECIAL.test(name));
  return special === -1 ? names : names.slice(0, special);
};

/** On the way to where the pattern starts, or below it. */
const isWithin = (names: readonly string[], start: readonly string[]): boolean =>
  names.every((name, index) => index >= start.length || start[index] === name);

/** Empty for a comment and an empty line. A `#` is one only at the very beginning. */
const patternIn = (line: string): string => {
  const text = line.startsWith('#') ? '' : trim(line);
  const isException = text.startsWith('!');
  const path = trim(isException ? text.slice(1) : text);
  if (path === '') return text;
  const relative = clean(path).replace(/^\/(?=.)/s, '');
  return clean(trim(isException ? `!${relative}` : relative));
};

/** Go's spaces: those of JavaScript, but for the mark of byte order, which is none, and U+0085, which is one. */
const trim = (text: string): string => text.replace(/^[[\s\x85]--\uFEFF]+|[[\s\x85]--\uFEFF]+$/gv, '');

const clean = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/s, '');

interface Line {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const parsed = (pattern: string, { file, line, text }: Line): IgnorePattern => {
  try {
    return ignorePattern(pattern);
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error;
    throw new BytechatError({
      code: 'invalid-value',
      message: `The pattern ${JSON.stringify(text)} cannot be read`,
      because: error.message,
      where: { file, line, excerpt: [{ line, text }] },
      fix: 'correct the pattern, or take the line out',
    });
  }
};
