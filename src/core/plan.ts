import type { Action, Tool } from './action.ts';
import type { Estimate } from './cost.ts';
import type { Facts } from './fact.ts';
import { canonical, type JsonObject } from './json.ts';
import type { Problem } from './problem.ts';
import type { Step } from './step.ts';

/** Steps that can be decided only when earlier ones are done, because a fact that they need does not exist yet. */
export interface Stage {
  readonly title: string;
  readonly because: string;
}

/** What will happen, in order, as JSON: printed, saved, run by the engine, compared by the tests. */
export interface Plan {
  readonly schema: 1;
  /** The operation that made it: `deploy`. */
  readonly goal: string;
  readonly app: string;
  readonly target: string;
  /** The environment of the config that it is for, when there is one. */
  readonly environment?: string;
  /** Its target was named beside the command. */
  readonly targetNamed?: boolean;
  /** The project of Google Cloud that it is for, when it is for one. */
  readonly project?: string;
  /** That was named beside the command. */
  readonly projectNamed?: boolean;
  /** What it was decided for, by the operation's own options. */
  readonly options: { readonly [key: string]: string | number | boolean | readonly string[] | undefined };
  readonly steps: readonly Step[];
  /** What will be planned and shown after these steps; the pipeline observes again and plans on. */
  readonly later: readonly Stage[];
  /** What the checks found while deciding. */
  readonly problems: readonly Problem[];
  readonly facts: Facts;
  readonly onFailure: 'stop' | 'continue';
  /** The release that is to serve afterwards, when there is one, and the hash of how it is run. */
  readonly release?: string;
  readonly config?: string;
  readonly settings?: JsonObject;
  /** Lock and journal are files of this machine, whatever the target. */
  readonly books?: 'here';
  /** What people are told before anything runs. */
  readonly notices?: readonly string[];
  /** What the place will take for it, where it takes anything. */
  readonly costs?: Estimate;
  /** What it comes to, when no action knows it better. */
  readonly result?: string;
  /** How many checks looked at it before anything runs. */
  readonly checks: number;
  /** What people are told of the surroundings before anything runs: where, which commit, by whom. */
  readonly context: readonly string[];
  /** Folders that are removed last of all, after the lock in them was released. */
  readonly leftovers: readonly string[];
  /** What a person would type when it is done. */
  readonly next?: readonly string[];
}

export const isEmpty = ({ steps, later }: Plan): boolean => steps.length === 0 && later.length === 0;

const actionsOf = ({ unless, actions, undo = [] }: Step): Action[] => [
  ...(unless ? [unless] : []),
  ...actions,
  ...undo,
];

/** The programs that a plan runs. Preflight is derived from the plan, never declared beside it. */
export const toolsOf = ({ steps }: Pick<Plan, 'steps'>): Tool[] => {
  const tools = steps
    .flatMap(actionsOf)
    .flatMap(action => (action.kind === 'command' ? [[action.tool.file, action.tool] as const] : []));
  return [...new Map(tools).values()];
};

/** The names of the facts that have moved since the plan was made, among those that its steps depend on. */
export const movedFacts = ({ steps, facts }: Plan, now: Facts): string[] =>
  [...new Set(steps.flatMap(({ needs }) => needs))].filter(name => canonical(facts[name]) !== canonical(now[name]));
