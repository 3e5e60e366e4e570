import { existsSync } from 'node:fs';
import process from 'node:process';
import type { Command } from '../../core/action.ts';
import { display } from '../../core/display.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import type { CallOptions, Outcome } from '../../core/runner.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';
import { lockedBy } from '../../tools/terraform/lock.ts';
import { type Diagnostic, type Message, messageIn, progressLine } from '../../tools/terraform/messages.ts';
import { type Origin, problemOf } from '../../tools/terraform/problems.ts';
import { diagnosticsIn } from '../../tools/terraform/text.ts';
import type { LockWait } from '../../tools/terraform.ts';

/** How a run of Terraform ended, and all that it has said as JSON. */
export interface Ran {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly messages: readonly Message[];
}

/** Runs it and tells what it does line by line, as people want to read it; messages of hidden types are only kept. */
export const run = async (
  command: Command,
  { runner, signal, onLine }: CallOptions,
  hidden: readonly string[] = [],
): Promise<Ran> => {
  if (!runner) throw new Error('terraform is run by a runner');
  const messages: Message[] = [];
  const outcome = await runner.run(withoutMissingFile(command), {
    signal,
    onLine(line) {
      const message = messageIn(line);
      if (!message) return;
      messages.push(message);
      const told = progressLine(message);
      if (told !== undefined && !hidden.includes(message.type)) onLine?.(told);
    },
  });
  return { command, outcome, messages };
};

/** How long somebody who holds the lock of the state is waited for, in s. */
const WAIT_S = 60;

/** Nobody waits without knowing for whom: the first attempt does not, and tells who has the lock. */
export const runLocked = async (
  command: (wait: LockWait) => Command,
  options: CallOptions,
  { hidden = [], wait = WAIT_S }: { readonly hidden?: readonly string[]; readonly wait?: LockWait | undefined } = {},
): Promise<Ran> => {
  const first = await run(command(0), options, hidden);
  const lock = first.outcome.status === 'failed' ? errorsOf(first).map(lockedBy).find(Boolean) : undefined;
  if (!lock || options.signal?.aborted) return first;
  options.onLine?.(`waiting for ${lock.who}, who holds the lock of this state since ${lock.since}`);
  return run(command(wait), options, hidden);
};

/** It warns at every command of a configuration of its own that is named and not there. */
const withoutMissingFile = (command: Command): Command => {
  const named = process.env.TF_CLI_CONFIG_FILE;
  if (!named || existsSync(named)) return command;
  return { ...command, env: { ...command.env, TF_CLI_CONFIG_FILE: '' } };
};

/** Every error that it has told; the same one once, and what only announces others left out. */
export const errorsOf = ({ outcome, messages }: Ran): Diagnostic[] => {
  const told = messages.flatMap(({ diagnostic }) => diagnostic ?? []);
  const all = told.length > 0 ? told : diagnosticsIn(`${outcome.stderr}\n`);
  const errors = all.filter(({ severity }) => severity === 'error');
  const each = [...new Map(errors.map(error => [JSON.stringify(error), error])).values()];
  const real = inOrder(withAddresses(each, messages)).filter(
    ({ summary }) => !summary.startsWith('Terraform encountered problems'),
  );
  return real.length > 0 ? real : each;
};

/** What is wrong in files is told by its place: Terraform tells it in another order each time. */
const inOrder = (errors: readonly Diagnostic[]): readonly Diagnostic[] => {
  if (errors.some(({ address }) => address !== undefined)) return errors;
  const place = ({ range }: Diagnostic): string =>
    range ? `${range.filename}:${String(range.start.line).padStart(9)}:${String(range.start.column).padStart(9)}` : '';
  return errors.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
};

/** An error of a deletion names no resource, for that has no place in a file any more: whatever has failed does. */
const withAddresses = (errors: readonly Diagnostic[], messages: readonly Message[]): Diagnostic[] => {
  const named = errors.flatMap(({ address }) => address ?? []);
  const failed = messages.flatMap(({ type, hook }) => (type === 'apply_errored' && hook ? hook.resource.addr : []));
  const left = failed.filter(address => !named.includes(address));
  const homeless = errors.filter(({ address, range }) => address === undefined && range === undefined);
  if (left.length !== homeless.length) return [...errors];
  return errors.map(error => {
    const address = left[homeless.indexOf(error)];
    return address === undefined ? error : { ...error, address };
  });
};

/** Why it did not go well. What it says counts; where it says nothing, how it ended. */
export const problemsOfRun = (ran: Ran, origin: Origin): Problem[] => {
  const ended = problemOfOutcome(ran.command, ran.outcome);
  if (!ended) return [];
  const errors = ran.outcome.status === 'failed' ? errorsOf(ran) : [];
  if (errors.length === 0) return [ended];
  const reproduce = display(ran.command);
  return errors.map((error, index) => ({ ...problemOf(error, origin), ...(index === 0 && { reproduce }) }));
};

/** Success is the exit code, and nothing that it prints. */
export const demand = (ran: Ran, origin: Origin, good: readonly number[] = [0]): Ran => {
  if (ran.outcome.exitCode !== undefined && good.includes(ran.outcome.exitCode)) return ran;
  throw new BytechatError(problemsOfRun(ran, origin));
};
