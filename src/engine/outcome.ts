import type { Command, Tool } from '../core/action.ts';
import { display } from '../core/display.ts';
import type { Problem } from '../core/problem.ts';
import type { Outcome } from '../core/runner.ts';

const LAST_LINES = 10;

const causeIn = (output: string, { cause }: Tool): string | undefined =>
  cause === undefined ? undefined : [...output.matchAll(new RegExp(cause, 'gm'))].at(-1)?.[1]?.trim();

/** What a command's ending means to the user; undefined when it went well. */
export const problemOfOutcome = (command: Command, outcome: Outcome): Problem | undefined => {
  const { tool, timeoutMs, log } = command;
  const output = `${outcome.stdout}\n${outcome.stderr}`.trim();
  const hint = tool.hints.find(({ when }) => new RegExp(when, 'i').test(output));
  const lines = output === '' ? [] : output.split('\n').slice(-LAST_LINES);
  const cause = causeIn(output, tool);
  const fix = hint?.say ?? (log && `read what it has printed: ${log}`);
  const evidence = {
    ...(cause !== undefined && { because: cause }),
    ...(fix !== undefined && { fix }),
    lines,
    reproduce: display(command),
  };
  switch (outcome.status) {
    case 'ok':
      return undefined;
    case 'canceled':
      return { code: 'interrupted', message: `${tool.file} was stopped` };
    case 'missing':
      return { code: 'tool-missing', message: `${tool.file} is not installed`, fix: `install it: ${tool.install}` };
    case 'denied':
      return {
        code: 'no-permission',
        message: `${tool.file} may not be run`,
        fix: `make it executable, or install it: ${tool.install}`,
      };
    case 'timeout':
      return { code: 'timed-out', message: `${tool.file} took longer than ${(timeoutMs ?? 0) / 1000} s`, ...evidence };
    case 'failed':
      return {
        code: hint?.code ?? 'command-failed',
        message: hint?.what ?? `${tool.file} failed with exit code ${outcome.exitCode}`,
        ...evidence,
      };
  }
};
