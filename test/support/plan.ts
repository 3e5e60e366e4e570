import type { Plan } from '../../src/core/plan.ts';
import type { Step } from '../../src/core/step.ts';

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
