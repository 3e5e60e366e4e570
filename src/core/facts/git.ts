import { fact } from '../fact.ts';

/** What git says of the project. Where it cannot say (no repository, no commit, somebody else's folder), `unknown`. */
export interface GitFact {
  readonly commit: string;
  /** Files that differ from the commit; -1 when git cannot say. */
  readonly dirty: number;
  readonly [key: string]: string | number;
}

export const git = fact<GitFact>('git');
