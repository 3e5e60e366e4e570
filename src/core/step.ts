import type { Action, Command } from './action.ts';

/** One line of what would change, for people: `+ create release b7c01e, because 2 files changed`. */
export interface Change {
  readonly action: 'create' | 'change' | 'delete' | 'keep';
  readonly what: string;
  readonly because?: string;
}

/** One line of the plan: what a person would call one thing being done. */
export interface Step {
  /** A short word, unique in its plan: `build`, `release`. */
  readonly id: string;
  /** What it does, as a person would say it. */
  readonly title: string;
  /** The facts that it was decided on. A saved plan is refused when one of these has moved, and only then. */
  readonly needs: readonly string[];
  readonly changes: readonly Change[];
  readonly actions: readonly Action[];
  /** What its programs print is for people, line by line, also where there is no terminal. */
  readonly tells?: true;
  /** Leave the step out when this command succeeds. */
  readonly unless?: Command;
  /** Idempotent actions that put things back, run newest step first when the plan fails, also for the step that failed half-way. */
  readonly undo?: readonly Action[];
}
