/**
 * One pattern of an ignore file, as Docker reads it. `*` and `?` stay within a folder, `**` does not, a backslash takes
 * the next character as it is. What stands below is where Docker departs from that, so that we depart with it.
 */

/** Paths are relative, with forward slashes. */
export interface IgnorePattern {
  /** It began with `!`: what it matches is taken in again. */
  readonly isException: boolean;
  matches(path: string): boolean;
  /** The pattern without the globs at its end. */
  readonly trunk: string;
}

/** Says in `message` why a pattern is none. */
export class BadPattern extends Error {}

/** The pattern must be clean: see ignore-file.ts. Throws BadPattern. */
export const ignorePattern = (text: string): IgnorePattern => {
  const isException = text.startsWith('!');
  const pattern = isException ? text.slice(1) : text;
  if (pattern === '') throw new BadPattern('nothing follows the exclamation mark');
  checkSyntax(pattern);
  const expression = expressionOf(pattern);
  return {
    isException,
    trunk: pattern.replace(/\/\*\*$/, '').replace(/\/\*$/, ''),
    matches: path => expression.test(path),
  };
};

/** What Go's path.Match takes. */
const checkSyntax = (pattern: string): void => {
  const one = String.raw`(?:\\.|[^\\\]-])`;
  const set = String.raw`\[(?:\^|(?!\^))(?:${one}(?:-${one})?)+\]`;
  const whole = new RegExp(String.raw`^(?:\\.|${set}|[^\\[])*$`, 'su');
  if (!whole.test(pattern))
    throw new BadPattern('a bracket is not closed, or a backslash has nothing to take as it is');
};

const expressionOf = (pattern: string): RegExp => {
  // A mark of byte order in the middle of the file, as joining two files leaves it, is part of text and of nothing else.
  const [, mark = '', body = ''] = /^(\uFEFF?)(.*)$/s.exec(pattern) ?? [];
  const tokens = body.match(/\*\*\/?|\\.|./gsu) ?? [];
  const special = tokens.filter(token => /^[*?[\]\\]/.test(token));
  const [first] = tokens;
  const last = tokens.length - 1;
  // With nothing special, or but `**` at one end, Docker compares text. Else a line's end in a name stops a `**`.
  if (special.length === 0) return textual('^', mark, ...tokens);
  if (special.length === 1 && first === '**/') return textual('^(?:.*/)?', mark, ...tokens.slice(1));
  if (special.length === 1 && first === '**') return textual('^.*', mark, ...tokens.slice(1));
  if (special.length === 1 && tokens[last] === '**') return textual('^', mark, ...tokens.slice(0, -1), '**');
  return fromGo(`^${tokens.map((token, index) => goToken(token, index === last)).join('')}$`);
};

const textual = (start: string, ...characters: readonly string[]): RegExp =>
  new RegExp(`${start}${characters.map(each => (each === '**' ? '.*' : codePoint(each))).join('')}$`, 'su');

/** A pattern becomes Go's regular expression without a look at brackets, bars and braces: `[*]` is `[[^/]*]` to Docker. */
const goToken = (token: string, isLast: boolean): string => {
  if (token.startsWith('**')) return isLast ? '.*' : '(.*/)?';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  return /^[.+()$]$/.test(token) ? `\\${token}` : token;
};

/** A set in brackets, a count in braces, one that is escaped, or any other character, of Go's regular expressions. */
const PIECE = /\[(\^?)(\]?(?:\\.|[^\\\]])*)\]|(\{\d+(?:,\d*)?\})|\\(.)|(.)/gsu;

const fromGo = (expression: string): RegExp => {
  const source = [...expression.matchAll(PIECE)].map(fromPiece).join('');
  try {
    return new RegExp(source, 'su');
  } catch {
    throw new BadPattern('a count in braces has nothing to repeat');
  }
};

const fromPiece = ([, not, set, count, escaped, plain = '']: readonly (string | undefined)[]): string => {
  if (set !== undefined) return `[${not}${setFromGo(set)}]`;
  if (count !== undefined) return count;
  if (escaped !== undefined) return codePoint(unescaped(escaped));
  if (plain === '[') throw new BadPattern('a bracket is not closed');
  if (plain === '.') return String.raw`[^\n]`;
  return /[\^$()*?|]/.test(plain) ? plain : codePoint(plain);
};

const setFromGo = (set: string): string => {
  if (set.includes('[:')) throw new BadPattern('a class of characters by name is not supported');
  const ranges = [...set.matchAll(/(\\.|.)(?:-(\\.|.))?/gsu)].map(([, from = '', to = from]) => {
    const [low, high] = [setCharacter(from), setCharacter(to)];
    if (low.codePointAt(0)! > high.codePointAt(0)!) throw new BadPattern(`the range ${low}-${high} runs backwards`);
    return `${codePoint(low)}-${codePoint(high)}`;
  });
  return ranges.join('');
};

const setCharacter = (piece: string): string => (piece.startsWith('\\') ? unescaped(piece.slice(1)) : piece);

/** Go knows classes by letter, such as `\d`, which nobody means in an ignore file. */
const unescaped = (character: string): string => {
  if (/[a-z0-9]|[^\0-\x7f]/iu.test(character))
    throw new BadPattern(`a backslash before "${character}" is not understood`);
  return character;
};

const codePoint = (character: string): string =>
  character === '' ? '' : `\\u{${character.codePointAt(0)!.toString(16)}}`;
