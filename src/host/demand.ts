import { type Demand, demand } from '../core/facts/demand.ts';
import { isError } from '../core/problem.ts';
import type { Change } from '../operations/operation.ts';
import { targetOf } from '../targets/index.ts';
import { type Deciding, ofChange, standing } from './decide.ts';

/**
 * What has to be looked at besides before anything changes; undefined when nothing would. Then it is not even looked at:
 * some of the questions are requests that a cluster counts as changes. Where an error stands in the way of deciding,
 * nobody knows whether anything would change, and all is looked at, so that all is told at once. Pure.
 */
export const demandFor = (operation: Change, deciding: Deciding): Demand | undefined => {
  const { config, facts, options } = deciding;
  const { demand: ofTarget } = targetOf(config);
  if (!ofTarget || ofChange(operation, config).length === 0) return undefined;
  const errors = standing(operation, config).flatMap(({ scope, examine }) =>
    examine(config, facts)
      .filter(isError)
      .map(({ code }) => ({ scope, code })),
  );
  // Who cannot be reached cannot be asked any further; who only forbids something can.
  if (errors.some(({ scope, code }) => scope === 'reach' && code !== 'no-permission')) return undefined;
  if (errors.length > 0 || operation.checks === 'everything') return ofTarget(config, facts);
  const decision = operation.plan(config, facts, options);
  return decision.steps.length === 0 ? undefined : (decision.demand ?? ofTarget(config, facts));
};

/** The facts that are looked at for it, of those that are not known yet. */
export const factsOfDemand = (operation: Change, { config, facts }: Deciding): string[] =>
  ofChange(operation, config)
    .flatMap(check => check.facts)
    .filter(name => name !== demand.name && !(name in facts));
