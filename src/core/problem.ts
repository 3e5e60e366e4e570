import type { Json } from './json.ts';

/**
 * What can go wrong, and the exit code it ends with: 1 a step failed, 2 your input, 3 your machine, 70 timed out,
 * 130 you stopped it. Codes are stable: they are the same in text, JSON and reports.
 */
export const codes = {
  'command-failed': 1,
  'crash-at-start': 1,
  unhealthy: 1,
  'start-failed': 1,
  'not-running': 1,
  locked: 1,
  'lock-lost': 1,
  'undo-failed': 1,
  'registry-failed': 1,
  'cluster-refused': 1,
  'not-admitted': 1,
  'image-pull': 1,
  unschedulable: 1,
  'rollout-failed': 1,
  'google-failed': 1,
  'quota-exceeded': 1,
  'resource-failed': 1,
  'task-failed': 1,
  bug: 1,
  usage: 2,
  'yaml-syntax': 2,
  'duplicate-key': 2,
  'unknown-key': 2,
  'invalid-value': 2,
  'missing-file': 2,
  'missing-secret': 2,
  'missing-value': 2,
  'broken-link': 2,
  'unknown-command': 2,
  'unknown-release': 2,
  'unknown-environment': 2,
  'file-exists': 2,
  'data-one-way': 2,
  'data-too-new': 2,
  'facts-moved': 2,
  'bad-plan': 2,
  'not-confirmed': 2,
  'registry-refused': 2,
  'name-taken': 2,
  'unknown-context': 2,
  'wrong-cluster': 2,
  'empty-set': 2,
  'no-cluster': 2,
  'over-budget': 2,
  'no-project': 2,
  'not-initialized': 2,
  'not-formatted': 2,
  'playbook-syntax': 2,
  'undefined-variable': 2,
  'no-hosts': 2,
  'node-too-old': 3,
  'tool-missing': 3,
  'ports-taken': 3,
  'disk-full': 3,
  'no-permission': 3,
  'not-built': 3,
  'docker-down': 3,
  'buildx-missing': 3,
  'cluster-unreachable': 3,
  'no-credentials': 3,
  'no-billing': 3,
  'api-disabled': 3,
  'host-unreachable': 3,
  'collection-missing': 3,
  'timed-out': 70,
  interrupted: 130,
} as const;

export type Code = keyof typeof codes;

/** A place in a file, 1-based. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** How many characters are at fault, from `column` on. */
  readonly length?: number;
  /** The line at fault, and the one before it where that helps. */
  readonly excerpt?: readonly { readonly line: number; readonly text: string }[];
}

/** Something the user should know: what, why, where, and the next thing to do. */
export interface Problem {
  readonly code: Code;
  /** One sentence, sentence case, with the bad value in it and no full stop. */
  readonly message: string;
  readonly because?: string;
  readonly where?: Place;
  /** A word under the excerpt: `did you mean "replicas"?` */
  readonly note?: string;
  /** What would have been accepted. */
  readonly allowed?: readonly string[];
  /** The last lines of the program that failed. */
  readonly lines?: readonly string[];
  /** An imperative that can be followed as it stands; a command if there is one. */
  readonly fix?: string;
  /** A command that shows the failure again. */
  readonly reproduce?: string;
  /** A folder with all that was known when it failed. */
  readonly evidence?: string;
  /** A warning is shown; anything else stops the run. */
  readonly level?: 'warning';
}

/** The one error that ByteChat throws on purpose. Any other error that escapes is a bug in it. */
export class BytechatError extends Error {
  override readonly name = 'BytechatError';
  readonly problems: readonly Problem[];
  /** What was done all the same, for whoever wants to know how far it went. */
  readonly data: Json | undefined;

  constructor(problem: Problem | readonly Problem[], options?: ErrorOptions & { readonly data?: Json }) {
    const problems = 'code' in problem ? [problem] : problem;
    super(problems.map(({ message }) => message).join('; '), options);
    this.problems = problems;
    this.data = options?.data;
  }

  /** The first of them: the headline. */
  get problem(): Problem {
    return this.problems[0] as Problem;
  }
}

export const isError = (problem: Problem): boolean => problem.level !== 'warning';

/** The exit code of the gravest: stopped, timed out, then the first that is not a warning. */
export const exitCodeOfProblems = (problems: readonly Problem[]): number => {
  const exits = problems.filter(isError).map(({ code }) => codes[code]);
  return exits.find(exit => exit === 130) ?? exits.find(exit => exit === 70) ?? exits[0] ?? 0;
};

/** Turns whatever was thrown into Problems; what is neither ours nor the machine's is a bug, with the way to report it. */
export const problemsOf = (error: unknown): readonly Problem[] => {
  if (error instanceof BytechatError) return error.problems;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const machine = MACHINE[String(Reflect.get(Object(error), 'code'))];
  if (machine) return [{ ...machine, message }];
  return [
    {
      code: 'bug',
      message: `This is a bug in bytechat: ${message}`,
      ...(stack !== undefined && { lines: stack.split('\n').slice(1, 6) }),
      fix: 'report it with the lines above',
    },
  ];
};

const full = { code: 'disk-full', fix: 'free some space (df -h shows where), then try again' } as const;
const forbidden = { code: 'no-permission', fix: 'give yourself access to it, or run bytechat as its owner' } as const;

/** What the system refuses, by its own error codes (errno(3)). */
const MACHINE: Readonly<Record<string, Pick<Problem, 'code' | 'fix'>>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: { code: 'no-permission', fix: 'it lies on a disk that is read-only: mount it writable, or go elsewhere' },
};
