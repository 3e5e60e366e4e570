import type { Problem } from '../../core/problem.ts';

/** What went wrong in one try, and would perhaps not in the next. */
export class Trouble extends Error {
  readonly kind: 'timeout' | 'connection' | 'answer';
  /** How long the registry wants to be left alone, in ms. */
  readonly after: number | undefined;
  /** What it is when it does not pass, where that has a name of its own. */
  readonly lasting: Problem | undefined;

  constructor(kind: Trouble['kind'], message: string, more: Pick<Partial<Trouble>, 'after' | 'lasting'> = {}) {
    super(message);
    this.kind = kind;
    this.after = more.after;
    this.lasting = more.lasting;
  }
}

/** What ends by itself; a name that does not exist or a certificate that does not fit stays as it is. */
const PASSING = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
];

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such name',
};

/** What a request has thrown: trouble that may pass, or why it will not. */
export const troubleOf = (error: unknown, timeoutMs: number): Trouble | string => {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Trouble('timeout', `no answer within ${timeoutMs / 1000} s`);
  const cause = causeOf(error);
  const code = String(Reflect.get(Object(cause), 'code') ?? '');
  const said = WORDS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return PASSING.includes(code) ? new Trouble('connection', said) : said;
};

/** The innermost reason; of several addresses that were tried, the first. */
const causeOf = (error: unknown): unknown => {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error;
};

/** How trouble reads that did not pass. */
export const lastingProblem = (host: string, { kind, message, lasting }: Trouble, tries: number): Problem => ({
  code: kind === 'timeout' ? 'timed-out' : 'registry-failed',
  message: kind === 'timeout' ? `${host} does not answer` : `${host} fails`,
  because: `${message}, ${tries === 1 ? 'and it was not tried again' : `${tries} times`}`,
  fix: `try again; ${lookAt(host)} shows whether it is there`,
  ...lasting,
});

export const lookAt = (host: string): string =>
  `curl -i ${/^(localhost|127\.|\[::1\])/.test(host) ? 'http' : 'https'}://${host}/v2/`;
