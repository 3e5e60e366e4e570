import type { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Answer } from '../core/answer.ts';
import type { Facts } from '../core/fact.ts';
import type { TargetName } from '../core/target.ts';
import type { Decision } from '../targets/target.ts';

export type Group = 'Everyday' | 'Before' | 'Parts';

interface Common<Options extends z.ZodObject> {
  /** One line of the help: lower case, no full stop. */
  readonly summary: string;
  readonly group: Group;
  readonly options: Options;
  /** The option that is typed as it is, without a name before it: `ansible run site.yml`. */
  readonly argument?: keyof z.output<Options> & string;
  /** The only target that it is about, or those: the first, unless the config's is another of them. Default: that of the config. */
  readonly target?: TargetName | readonly TargetName[];
  /** It is not about how the app runs, so nothing has to be said of that. */
  readonly appless?: boolean;
  /** It asks for no configuration, so it works where there is none or a broken one: it gets the defaults. */
  readonly standalone?: boolean;
  /** It is about no target: people are told the folder, and nothing of where the app goes. */
  readonly aside?: boolean;
  /** What can be typed, and what it is for. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** What must hold before it is answered or run: `reach` is what nobody can look without, `build` what an image needs. */
  readonly checks: 'none' | 'reach' | 'made' | 'size' | 'build' | 'preflight' | 'everything';
  /** The config that its options choose, before anything is looked at: facts are read by the config alone. Pure. */
  configure?(config: Config, options: z.output<Options>): Config;
  /** The facts that it looks at. */
  facts(config: Config): readonly string[];
}

/** What the user types to let a destructive plan run. */
export interface Confirmation {
  readonly word: string;
  readonly question: string;
}

/** A subcommand that changes something: it decides, and does nothing. */
export interface Change<Options extends z.ZodObject = z.ZodObject> extends Common<Options> {
  readonly kind: 'change';
  /** Whether a run of it is a line of history. */
  readonly recorded?: 'deploy' | 'rollback';
  /** False for what only streams or opens something: it takes no lock. */
  readonly locks: boolean;
  /** Results that its program prints go to stdout, line by line. */
  readonly streams?: boolean;
  plan(config: Config, facts: Facts, options: z.output<Options>): Decision;
  confirm?(config: Config, facts: Facts, options: z.output<Options>): Confirmation | undefined;
}

/** A subcommand that only looks. */
export interface Question<Options extends z.ZodObject = z.ZodObject> extends Common<Options> {
  readonly kind: 'question';
  answer(config: Config, facts: Facts, options: z.output<Options>): Answer;
}

export type Operation = Change | Question;

export const change = <Options extends z.ZodObject>(definition: Omit<Change<Options>, 'kind'>): Change<Options> => ({
  kind: 'change',
  ...definition,
});

export const question = <Options extends z.ZodObject>(
  definition: Omit<Question<Options>, 'kind'>,
): Question<Options> => ({
  kind: 'question',
  ...definition,
});
