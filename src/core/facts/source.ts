import { fact } from '../fact.ts';

/** What the app is made from now. */
export interface SourceFact {
  /** The hash of all inputs: relative path, mode, content; and of the command that builds them. */
  readonly hash: string;
  readonly files: number;
  /** The hash of the inputs that the output folder was built from; empty when that is not known. */
  readonly built: string;
  /** What differs from the build, at most ten. Empty when it is not known. */
  readonly changed: readonly string[];
  /** Inputs that are named and not there. */
  readonly missing: readonly string[];
  readonly [key: string]: string | number | readonly string[];
}

export const source = fact<SourceFact>('source');
