import { fact } from '../fact.ts';

/** Programs that the config names, and whether they can be run here. */
export interface ProgramFact {
  /** The key that names it: `app.build.command`. */
  readonly key: string;
  readonly word: string;
  /** Where it was found; empty when it was not. */
  readonly file: string;
  readonly [key: string]: string;
}

export const programs = fact<readonly ProgramFact[]>('programs');
