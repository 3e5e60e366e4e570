/** Why the relay does not start, and the way out. */
export type ProblemCode =
  | 'config'
  | 'ports-taken'
  | 'listen'
  | 'tls'
  | 'store-newer'
  | 'store-in-use'
  | 'store-unreadable'
  | 'store-migration'
  | 'backup'
  | 'restore'
  | 'usage';

/** Something that the operator can put right; `message` says what, why, and what to do. */
export class Problem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Problem';
    this.code = code;
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
