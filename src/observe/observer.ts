import type { Config } from '../config/config.ts';
import type { Command } from '../core/action.ts';
import type { Demand } from '../core/facts/demand.ts';
import type { Json, JsonObject, SecretRef } from '../core/json.ts';
import type { Outcome } from '../core/runner.ts';

/** What is looked at. */
export interface Subject {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a change asks for, when one is to be made. */
  readonly demand?: Demand;
}

/** How it is looked at: by programs and APIs that only read. */
export interface Ask {
  /** The trimmed output, or undefined when the program failed or is not there. */
  read(question: Command): Promise<string | undefined>;
  /** How a program ended, when that is the question. */
  outcome(question: Command): Promise<Outcome>;
  call(api: string, method: string, request: JsonObject): Promise<Json | undefined>;
  /** Puts a value away that nobody may see; answers with its name, which is all that a fact may hold of it. */
  keep(name: string, value: string): SecretRef;
}

/** Reads one fact. It never changes anything, and it does not fail because something is missing. */
export type Observer = (subject: Subject, ask: Ask) => Promise<Json>;
