import type { Json, JsonObject, SecretRef, ValueRef } from './json.ts';
import type { Code } from './problem.ts';

/** A failure that users of a program meet, and what to do next. */
export interface Hint {
  /** A regular expression, matched against the program's output, ignoring case. */
  readonly when: string;
  /** One imperative sentence or a command. */
  readonly say: string;
  /** What it is called, when it has a name of its own. */
  readonly code?: Code;
  /** The headline: what has happened, where an exit code says less. */
  readonly what?: string;
}

/** A program that we run, and what a user must know to have it. */
export interface Tool {
  readonly file: string;
  /** Arguments that print the version. */
  readonly version: readonly string[];
  /** The lowest version that works, as `20.10`; none when any will do. */
  readonly atLeast?: string;
  readonly install: string;
  readonly hints: readonly Hint[];
  /** Finds the line of its output that says why it failed: a regular expression whose first group is the reason. */
  readonly cause?: string;
  /** The signal on which it ends in order, where that is not SIGTERM. It is sent once, to its whole group. */
  readonly stopsOn?: 'SIGINT';
}

/** One run of one tool. Secrets travel by `env` or `input`, never by `args`: the type enforces it. */
export interface Command {
  readonly kind: 'command';
  readonly tool: Tool;
  readonly args: readonly (string | ValueRef)[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | SecretRef | ValueRef>>;
  /** Stdin: text as it is, anything else as JSON. */
  readonly input?: Json;
  readonly timeoutMs?: number;
  /**
   * How it is asked to stop. `patient`: one SIGINT to the program alone, which is then waited for, however long it takes,
   * because it puts away what it is in the middle of. Default: its whole group is ended, and killed after 5 s.
   */
  readonly stop?: 'patient';
  /** The file that gets what it prints, without a secret; absolute. */
  readonly log?: string;
  /** Keeps the trimmed standard output under this name, for `{ $value }`. */
  readonly saveAs?: string;
}

/** One request to one API. Who answers it is decided where the plan runs. */
export interface Call {
  readonly kind: 'call';
  readonly api: string;
  readonly method: string;
  readonly request: JsonObject;
  /** The program that it amounts to, for people: what they would type. */
  readonly runs?: Command;
  /** Keeps the answer under this name, for `{ $value }`. */
  readonly saveAs?: string;
}

export type Action = Command | Call;

export type CommandOptions = Pick<Command, 'cwd' | 'env' | 'input' | 'timeoutMs' | 'stop' | 'log' | 'saveAs'>;

export const command = (tool: Tool, args: Command['args'], options: CommandOptions = {}): Command => ({
  kind: 'command',
  tool,
  args,
  ...options,
});

export const call = (api: string, method: string, request: JsonObject, saveAs?: string): Call => ({
  kind: 'call',
  api,
  method,
  request,
  ...(saveAs !== undefined && { saveAs }),
});

/** A request that runs a program, and understands what that says. */
export const thatRuns = (runs: Command, made: Call): Call => ({ ...made, runs });

type FlagValue = string | number | boolean | readonly string[] | undefined;

/** `{ tag: 'a', label: ['x', 'y'], pull: true, platform: undefined }` → `--tag a --label x --label y --pull` */
export const flags = (values: Readonly<Record<string, FlagValue>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap(item => [`--${name}`, String(item)]);
  });
