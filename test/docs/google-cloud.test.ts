import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { estimateOf } from '../../src/config/google/costs.ts';
import { MACHINES, PRICES } from '../../src/config/google/prices.ts';
import type { Facts } from '../../src/core/fact.ts';
import { operations } from '../../src/operations/index.ts';
import { planAsChanges } from '../../src/reports/plan.ts';
import { styleFor } from '../../src/reports/style.ts';
import { configFrom } from '../support/config.ts';
import { planOf, stepOf } from '../support/plan.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/google-cloud.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));

const OPEN = 'kubernetes: { cpu: 250m, memory: 512Mi, storage: { size: 10Gi }, expose: { type: loadBalancer } }';
const config = (gcp = '', more = 'chat: {}') =>
  configFrom(`{ target: gcp, gcp: { project: my-project, ${gcp} }, ${more} }`);
const total = (of: ReturnType<typeof config>, facts: object = {}): string =>
  `$${Math.round(estimateOf(of, facts as Facts).total.high)}`;

describe('the page on Google Cloud', () => {
  test('has every price as the estimate has it', () => {
    const told = rows.filter(([, unit, price = '']) => unit !== undefined && /^[0-9]/.test(price));
    const wanted = [
      ...Object.values(PRICES).map(({ what, unit, price }) => [what, unit, String(price)]),
      ...Object.entries(MACHINES)
        .filter(([name]) => !/-(4|8|16)$/.test(name))
        .map(([name, { monthly, spot }]) => [`${name}; as spot`, 'month', `${monthly}; ${spot}`]),
    ];
    expect(told.map(row => row.slice(0, 3))).toEqual(wanted);
  });

  test('has the plans at what they are estimated', () => {
    const small = 'kubernetes: { expose: { type: loadBalancer } }';
    const standard = 'cluster: { mode: standard, disk: 20, nodes: { min: 1, max: 1 } }';
    const taken = { gkeClusters: [{ name: 'shop', location: 'us-east1', mode: 'autopilot' }] };
    expect(rows.filter(([, about]) => /^\$\d+$/.test(about ?? '')).map(([, about]) => about)).toEqual([
      total(config()),
      total(config('', OPEN)),
      total(config('', OPEN), taken),
      total(config(standard, small)),
    ]);
  });

  test('shows the costs as a plan shows them', () => {
    const style = styleFor({ env: { NO_COLOR: '1' }, stream: { isTTY: true, columns: 80 } });
    const plan = planOf([stepOf('cluster')], { costs: estimateOf(config('', OPEN), {}) });
    const shown = planAsChanges(plan, style)
      .split('\n\n')
      .find(part => part.startsWith('  costs'));
    expect(page).toContain(`\`\`\`\n${shown}\n\`\`\``);
  });

  test('names no subcommand that there is not', () => {
    const known = new Set(['plan', ...Object.keys(operations).map(name => name.split(' ')[0])]);
    const named = [...page.matchAll(/(?:^|`)bytechat ([a-z]+)/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(name => !known.has(name))).toEqual([]);
  });
});
