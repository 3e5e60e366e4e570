import { BytechatError } from '../core/problem.ts';
import type { Client } from '../core/runner.ts';
import { problemOfOutcome } from '../engine/outcome.ts';
import { type Rendering, template } from '../tools/helm.ts';

/** What Helm prints as a result, line by line: without what it warns of. */
export const helm: Client = async ({ method, request }, { runner, signal, onLine }) => {
  if (method !== 'template' || !runner) throw new Error(`helm has no ${method}`);
  const command = template(request as unknown as Rendering);
  const outcome = await runner.run(command, { signal });
  const problem = problemOfOutcome(command, outcome);
  if (problem) throw new BytechatError(problem);
  for (const line of outcome.stdout.split('\n')) onLine?.(line);
  return {};
};
