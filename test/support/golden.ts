import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { goldenOf } from './plan.ts';

/** Everything that can be decided for a target, by the name of its golden file: `test/plans/<target>-<name>.txt`. */
export const goldenPlans = (target: string, plans: Readonly<Record<string, Plan>>): void => {
  describe('golden plans', () => {
    test.for(Object.keys(plans))('%s', async name => {
      const plan = plans[name] as Plan;
      expect(plan.problems).toEqual([]);
      await expect(goldenOf(plan)).toMatchFileSnapshot(`../plans/${target}-${name}.txt`);
    });

    test.for(Object.keys(plans))('%s survives being saved and read', name => {
      expect(JSON.parse(JSON.stringify(plans[name]))).toEqual(plans[name]);
    });

    test.for(Object.keys(plans))('%s says of each step what people want to know', name => {
      const { steps } = plans[name] as Plan;
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      for (const { id, title, actions } of steps) {
        expect(id).toMatch(/^[a-z]+$/);
        expect(title).toMatch(/^[A-Z].*[^.]$/);
        expect(actions.length).toBeGreaterThan(0);
      }
    });
  });
};
