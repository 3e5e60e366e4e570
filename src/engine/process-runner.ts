import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import type { Command } from '../core/action.ts';
import { isSecretRef, type Json, jsonForYaml, mapJson, type SecretRef, type ValueRef } from '../core/json.ts';
import type { Outcome, Runner, RunOptions } from '../core/runner.ts';
import { type Patience, patienceFor } from './patience.ts';
import { endGroup } from './process-group.ts';
import type { Redactor, ScrubStream } from './redact.ts';
import type { Secrets } from './secrets.ts';

/** What is kept of each stream of a program's output, in characters, the last ones: enough for a diagnosis, too little to fill memory. */
const KEPT = 4 * 1024 * 1024;

/** Runs programs. The child leads a process group of its own, so that ending it ends its children too. */
export const createProcessRunner = (secrets: Secrets, redactor: Redactor): Runner => ({
  async run(command, { signal, onLine = () => {} }: RunOptions = {}) {
    // Loaded with the first program: many runs need none.
    const { execa } = await import('execa');
    const patience = command.stop === 'patient' ? patienceFor(signal) : undefined;
    const subprocess = execa(command.tool.file, command.args as string[], {
      ...optionsOf(command, secrets),
      ...(patience ? patience.stdio : signal && { cancelSignal: signal }),
    });
    patience?.begin(subprocess.pid);
    const release = endWithUs(subprocess.pid);
    const kept = keepIn(command.log);
    const tell = (line: string): void => {
      try {
        kept.write(line);
      } catch (error) {
        // A program is not left running when nobody can say what it does.
        subprocess.kill();
        throw error;
      }
      onLine(line);
    };
    const printed = (from: 'stdout' | 'stderr') =>
      patience ? patience.lines(from, subprocess) : lines(subprocess.iterable({ from }));
    const read = (from: 'stdout' | 'stderr') => follow(printed(from), redactor.stream(), tell);
    const [result, stdout, stderr] = await Promise.all([subprocess, read('stdout'), read('stderr')]).finally(() => {
      release();
      patience?.end();
      kept.close();
    });
    return { status: statusOf(endingOf(result, patience)), exitCode: result.exitCode, stdout, stderr };
  },
});

/** Whoever leaves at once does not wait for a program that takes its time to end: its whole group is killed. */
const endWithUs = (pid: number | undefined): (() => void) => {
  if (pid === undefined || process.platform === 'win32') return () => {};
  const end = (): void => endGroup(pid);
  process.on('exit', end);
  return () => process.off('exit', end);
};

interface Kept {
  write(line: string): void;
  close(): void;
}

/** What a program prints, in a file that it begins anew. */
const keepIn = (file: string | undefined): Kept => {
  if (file === undefined) return { write: () => {}, close: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const fd = openSync(file, 'w', 0o600);
  return { write: line => void writeSync(fd, `${line}\n`), close: () => closeSync(fd) };
};

/** Tells each line without a secret, and answers with the last of them. */
const follow = async (
  printed: AsyncIterable<string>,
  scrub: ScrubStream,
  onLine: (line: string) => void,
): Promise<string> => {
  let open = '';
  let kept = '';
  const take = (clean: string): void => {
    const whole = (open + clean).split('\n');
    open = whole.pop() ?? '';
    for (const line of whole) onLine(line);
    kept = kept.length + clean.length > 2 * KEPT ? (kept + clean).slice(-KEPT) : kept + clean;
  };
  for await (const line of printed) take(scrub.push(`${line}\n`));
  take(scrub.end());
  if (open !== '') onLine(open);
  return kept.slice(-KEPT).replace(/\n$/, '');
};

const optionsOf = ({ tool, cwd, env = {}, input, timeoutMs }: Command, secrets: Secrets) => ({
  reject: false as const,
  buffer: false as const,
  killDescendants: process.platform !== 'win32',
  forceKillAfterDelay: 5000,
  ...(tool.stopsOn && { killSignal: tool.stopsOn }),
  stdin: input === undefined ? ('ignore' as const) : ('pipe' as const),
  env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, reveal(value, secrets)])),
  ...(input !== undefined && { input: stdin(input, secrets) }),
  ...(cwd !== undefined && { cwd }),
  ...(timeoutMs !== undefined && { timeout: timeoutMs }),
});

/** Ends quietly when the program does: how it ended stands in its result. */
async function* lines(printed: AsyncIterable<string>): AsyncIterable<string> {
  try {
    yield* printed;
  } catch {
    return;
  }
}

const reveal = (value: string | SecretRef | ValueRef, secrets: Secrets): string => {
  if (typeof value === 'string') return value;
  if (isSecretRef(value)) return secrets.reveal(value.$secret);
  throw new Error(`the value ${JSON.stringify(value)} was not filled in before the command ran`);
};

const stdin = (input: Json, secrets: Secrets): string => {
  const filled = mapJson(input, value => (isSecretRef(value) ? secrets.reveal(value.$secret) : value));
  // Some programs read it as YAML.
  return typeof filled === 'string' ? filled : jsonForYaml(filled);
};

interface Ending {
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
}

/** Who is asked by a signal of its own may still end well, or by itself. */
const endingOf = ({ failed, timedOut, isCanceled, code }: Ending, patience: Patience | undefined): Ending => ({
  failed,
  timedOut,
  isCanceled: isCanceled || (failed && patience?.wasAsked() === true),
  code,
});

const statusOf = ({ failed, timedOut, isCanceled, code }: Ending): Outcome['status'] => {
  if (!failed) return 'ok';
  if (timedOut) return 'timeout';
  if (isCanceled) return 'canceled';
  if (code === 'ENOENT') return 'missing';
  return code === 'EACCES' ? 'denied' : 'failed';
};
