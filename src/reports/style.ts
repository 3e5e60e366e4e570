import { Chalk, type ChalkInstance } from 'chalk';

/** How text is dressed. Colour only says again what a word or a sign says. */
export interface Style {
  readonly paint: ChalkInstance;
  readonly signs: Signs;
  /** Columns to lay out for. */
  readonly width: number;
  /** False when a program may read it: then a headline or a row of a table is one line, however long. */
  readonly terminal: boolean;
}

export interface Signs {
  readonly done: string;
  readonly unchanged: string;
  /** The pictures that turn. */
  readonly running: readonly string[];
  readonly pending: string;
  readonly failed: string;
  readonly undone: string;
  readonly warning: string;
  readonly bar: string;
  readonly dot: string;
  readonly here: string;
  readonly ellipsis: string;
}

const UNICODE: Signs = {
  done: '✓',
  unchanged: '=',
  running: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'],
  pending: '○',
  failed: '✗',
  undone: '↺',
  warning: '!',
  bar: '│',
  dot: '·',
  here: '→',
  ellipsis: '…',
};

const ASCII: Signs = {
  done: '+',
  unchanged: '=',
  running: ['*', ' '],
  pending: '.',
  failed: 'x',
  undone: '<',
  warning: '!',
  bar: '|',
  dot: '-',
  here: '>',
  ellipsis: '...',
};

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number };
  /** `--no-color` and `--ascii`. */
  readonly color?: boolean | undefined;
  readonly ascii?: boolean | undefined;
}

const NARROW = 80;
const WIDE = 100;

export const styleFor = (surroundings: Surroundings): Style => ({
  paint: new Chalk({ level: hasColor(surroundings) ? 1 : 0 }),
  signs: isAscii(surroundings) ? ASCII : UNICODE,
  // A terminal that does not know its size says 0.
  width: Math.min(surroundings.stream.columns || NARROW, WIDE),
  terminal: surroundings.stream.isTTY === true,
});

/** https://no-color.org, and its opposite FORCE_COLOR. */
const hasColor = ({ env, stream, color }: Surroundings): boolean => {
  if (color === false || env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
};

/** POSIX: the first of these that is set decides the character set. */
const isAscii = ({ env, ascii }: Surroundings): boolean => {
  if (ascii) return true;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
};
