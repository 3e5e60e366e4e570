import { expect, test } from 'vitest';
import { z } from 'zod';
import { estimateOf } from '../../src/config/google/costs.ts';
import { decide } from '../../src/host/decide.ts';
import { type Change, change } from '../../src/operations/operation.ts';
import type { Decision } from '../../src/targets/target.ts';
import { configFrom } from '../support/config.ts';

const config = configFrom('{ target: gcp, gcp: { project: my-project } }');

const planOf = (decision: Decision) =>
  decide(
    change({
      summary: '',
      group: 'Everyday',
      options: z.strictObject({}),
      examples: [],
      checks: 'none',
      facts: () => [],
      locks: false,
      standalone: true,
      plan: () => decision,
    }) as unknown as Change,
    'deploy',
    { config, facts: {}, options: {} },
  );

test('what a decision costs is in its plan, and nothing where it costs nothing', () => {
  const costs = estimateOf(config, {});
  expect(planOf({ steps: [], costs }).costs).toEqual(costs);
  expect(JSON.parse(JSON.stringify(planOf({ steps: [], costs }))).costs.total).toEqual(costs.total);
  expect('costs' in planOf({ steps: [] })).toBe(false);
});
