/** What can stand after the words of one command. */
export interface Level {
  /** The words so far: empty for `bytechat` itself, `config show` further down. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** What is typed behind the words, besides options. */
  readonly argument?: 'file' | 'name';
}

export interface Word {
  readonly word: string;
  readonly what: string;
}

/** What follows an option: one of these words, a file, a folder, or a name that nobody can guess. */
export type Value = readonly string[] | 'file' | 'folder' | 'name';

export interface OptionWord {
  /** As it is typed, the short form first: `-f`, `--follow`. */
  readonly names: readonly string[];
  readonly what: string;
  /** None for a switch. */
  readonly value?: Value;
}

interface Valued {
  readonly names: readonly string[];
  readonly value: Value;
}

/** Every option that takes a value, once: it takes the same wherever it stands. */
export const valued = (levels: readonly Level[]): Valued[] => {
  const all = levels.flatMap(({ options }) =>
    options.flatMap(({ names, value }) => (value ? [[names.join(), { names, value }] as const] : [])),
  );
  return [...new Map(all).values()];
};

export const valuedNames = (levels: readonly Level[]): string[] => valued(levels).flatMap(({ names }) => names);

/** The words that lead to a command. */
export const paths = (levels: readonly Level[]): string[] => levels.map(({ path }) => path).filter(path => path !== '');

/** As a POSIX shell, and zsh, want it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const isList = (value: Value): value is readonly string[] => typeof value !== 'string';
