import { estimateOf } from '../config/google/costs.ts';
import { type Cost, dollars, type Estimate, estimateAsText, monthlyAsText, unknownIn } from '../core/cost.ts';
import { gke, gkeClusters, repository } from '../core/facts/google.ts';
import type { Problem } from '../core/problem.ts';
import type { Check } from './check.ts';

/** A limit that cannot be held against a price is not kept: what is unknown is refused as well. */
export const budgetKept: Check = {
  id: 'budget',
  title: 'The plan costs no more than gcp.maxMonthly',
  facts: [gke.name, gkeClusters.name, repository.name],
  scope: 'size',
  targets: ['gcp'],
  examine(config, facts) {
    const { maxMonthly } = config.gcp;
    if (maxMonthly === undefined) return [];
    const estimate = estimateOf(config, facts);
    if (estimate.total.high > maxMonthly) return [exceeded(estimate, maxMonthly)];
    return unknownIn(estimate).length > 0 ? [unknown(estimate, maxMonthly)] : [];
  },
};

const rows = (costs: readonly Cost[]): string[] =>
  costs.map(({ what, monthly, because }) => `${what}: ${monthlyAsText(monthly)} (${because})`);

/** The cents matter where they make the difference. */
const exceeded = (estimate: Estimate, limit: number): Problem => ({
  code: 'over-budget',
  message: `Up to ${dollars(estimate.total.high)} a month is more than gcp.maxMonthly, ${dollars(limit)}`,
  because: estimateAsText(estimate),
  lines: rows(estimate.costs),
  fix: `raise gcp.maxMonthly to ${Math.ceil(estimate.total.high)}${cheaper(estimate)}`,
});

/** What matters most is named first, what comes to less than a dollar not at all. */
const cheaper = ({ costs }: Estimate): string => {
  const most = ({ monthly }: Cost): number => monthly?.high ?? 0;
  const ways = costs
    .filter(cost => most(cost) >= 1)
    .sort((a, b) => most(b) - most(a))
    .flatMap(({ less }) => less ?? []);
  return [...new Set(ways)].map(way => `; or ${way}`).join('');
};

const unknown = (estimate: Estimate, limit: number): Problem => {
  const parts = unknownIn(estimate);
  return {
    code: 'over-budget',
    message: `Nobody here knows whether the plan stays within gcp.maxMonthly, ${dollars(limit)}`,
    because: estimateAsText(estimate),
    lines: rows(parts),
    fix: [...new Set(parts.flatMap(({ less }) => less ?? [])), 'or take gcp.maxMonthly out'].join('; '),
  };
};
