import type { FolderFact } from '../../core/facts/folder.ts';

/** How an app is started, as far as the folder says it. */
export interface Start {
  /** What it is, as a person would say it: `a Node.js app`. */
  readonly what: string;
  readonly command: readonly string[];
  /** Where the command was found. */
  readonly because: string;
  /** The text in which a port may stand: what is really run. */
  readonly line: string;
  /** The port that it takes when nothing says another. */
  readonly port: number;
  /** The folder to release. Default: the whole project. */
  readonly files?: string;
  /** The script of package.json that must have run before. */
  readonly build?: boolean;
}

/** Recognises one kind of project; undefined when the folder is none of it. */
export type Recogniser = (folder: FolderFact) => Start | undefined;

/** The words of a line that needs no shell; else a shell that becomes what it runs last, so that signals reach it. */
export const wordsOf = (line: string): string[] => {
  if (/^[\w@%+:,./ =-]+$/.test(line) && !/^\w+=/.test(line)) return line.split(/\s+/);
  const [, before = '', last = line] = /^(.*(?:&&|;)\s*)?([^|&;]+)$/.exec(line) ?? [];
  return [
    'sh',
    '-c',
    last === line && /[|&;]/.test(line) ? line : `${before}exec ${/^\w+=/.test(last) ? 'env ' : ''}${last}`,
  ];
};
