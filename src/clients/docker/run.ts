import type { Command } from '../../core/action.ts';
import { BytechatError } from '../../core/problem.ts';
import type { CallOptions, Outcome } from '../../core/runner.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';

/** How a program of Docker's ended, whichever way. */
export const outcomeOf = async (command: Command, { runner, signal }: CallOptions): Promise<Outcome> => {
  if (!runner) throw new Error('Docker is asked by its command line, which needs a runner');
  return runner.run(command, { signal });
};

/** What it printed; throws what its failure means. */
export const outputOf = async (command: Command, options: CallOptions): Promise<string> => {
  const outcome = await outcomeOf(command, options);
  const problem = problemOfOutcome(command, outcome);
  if (problem) throw new BytechatError(problem);
  return outcome.stdout.trim();
};

/** How Docker says that there is nothing to do it with. */
const GONE = /no such (container|image|network|volume|object)|not found|is not running/i;

/** Does it when there is something to do it with: what is not there is as good as removed. */
export const unlessGone = (command: Command, options: CallOptions): Promise<boolean> => unless(GONE, command, options);

/** Does it; false when Docker refuses in such words. Any other refusal is thrown. */
export const unless = async (said: RegExp, command: Command, options: CallOptions): Promise<boolean> => {
  const outcome = await outcomeOf(command, options);
  if (outcome.status === 'ok') return true;
  if (said.test(outcome.stderr)) return false;
  const problem = problemOfOutcome(command, outcome);
  throw new BytechatError(problem ?? { code: 'bug', message: 'Docker failed without a word' });
};
