import process from 'node:process';
import { display } from '../../src/core/display.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Step } from '../../src/core/step.ts';
import { planAsCommands } from '../../src/reports/plan.ts';

/** A plan of these steps, for tests of what does not care where it came from. */
export const planOf = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({
  schema: 1,
  goal: 'deploy',
  app: 'demo',
  target: 'local',
  options: {},
  steps,
  later: [],
  leftovers: [],
  problems: [],
  facts: {},
  onFailure: 'stop',
  checks: 0,
  context: [],
  ...more,
});

export const stepOf = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  title: `Do ${id}`,
  needs: [],
  changes: [],
  actions: [],
  ...more,
});

/** A plan as the golden files hold it: what would be run, and what would put it back. */
export const goldenOf = (plan: Plan): string => {
  const ways = plan.steps
    .filter(({ undo = [] }) => undo.length > 0)
    .reverse()
    .flatMap(({ id, undo = [] }) => [`# undo ${id}`, ...undo.map(display)]);
  const leftovers = plan.leftovers.map(folder => `# last of all: remove ${folder}`);
  return `${[planAsCommands(plan), ...ways, ...leftovers].join('\n')}\n`.replaceAll(process.execPath, '<node>');
};
