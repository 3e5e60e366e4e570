import type { Problem } from './problem.ts';
import type { Crash } from './serve.ts';

/** A release that ends by itself at its start: how, and what it said last. */
export const crashProblem = ({ exitCode, signal, lines }: Crash): Problem => {
  const cause = causeIn(lines);
  return {
    code: 'crash-at-start',
    message: `The release crashes at start, ${endingOf({ exitCode, signal })}`,
    ...(cause !== undefined && { because: cause }),
    lines,
  };
};

const endingOf = ({ exitCode, signal }: Pick<Crash, 'exitCode' | 'signal'>): string => {
  if (signal !== null) return `signal ${signal}`;
  return exitCode === null ? 'again and again' : `exit code ${exitCode}`;
};

/** The message of the last JSON log line; of an uncaught error its first line; else the last line itself. */
export const causeIn = (lines: readonly string[]): string | undefined =>
  messageOf(lines.at(-1)) ??
  lines.findLast(line => /^\s*(\w*Error|Caused by)\b.*:/.test(line))?.trim() ??
  lines.at(-1)?.trim();

const messageOf = (line: string | undefined): string | undefined => {
  try {
    const { msg, message } = JSON.parse(line ?? '') as { msg?: unknown; message?: unknown };
    const said = msg ?? message;
    return typeof said === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
};
