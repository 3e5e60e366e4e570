import { need } from '../core/fact.ts';
import { type Amounts, type Demand, demand } from '../core/facts/demand.ts';
import { type Limit, type Quota, quota } from '../core/facts/preflight.ts';
import type { Problem } from '../core/problem.ts';
import { quantityAsText } from '../core/quantity.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const quotaLeft: Check = {
  id: 'quota',
  title: 'The quota of the namespace has room',
  facts: [demand.name, quota.name],
  scope: 'change',
  targets: clusterTargets,
  examine({ kubernetes: { namespace } }, facts) {
    const demanded = need(demand, facts);
    const { quotas, limits } = need(quota, facts);
    return quotas.flatMap(each => [
      ...exceeded(each, demanded.more, namespace),
      ...unlimited(each, demanded, { limits, namespace }),
    ]);
  },
};

/** One Problem for a quota, with a line for each amount that it has too little of. */
const exceeded = ({ name, hard, used }: Quota, more: Amounts, namespace: string): Problem[] => {
  const lines = Object.entries(hard).flatMap(([what, most]) => {
    const [wanted, taken] = [more[what] ?? 0, used[what] ?? 0];
    // What is measured in fractions adds up to a little more than it is.
    if (wanted === 0 || wanted + taken <= most * (1 + Number.EPSILON * 8)) return [];
    const text = (value: number): string => amountAsText(what, value);
    return [`${what}: ${text(wanted)} more needed, ${text(taken)} of ${text(most)} used`];
  });
  if (lines.length === 0) return [];
  return [
    {
      code: 'not-admitted',
      message: `The quota ${name} in ${namespace} has no room for this deploy`,
      because: 'some of the pods or objects would be refused',
      lines,
      fix: `ask for less in kubernetes (cpu, memory, replicas, storage), or let an administrator raise it: kubectl edit resourcequota ${name} -n ${namespace}`,
      reproduce: `kubectl describe resourcequota ${name} -n ${namespace}`,
    },
  ];
};

const isInBytes = (what: string): boolean => /memory|storage$/.test(what);

const amountAsText = (what: string, value: number): string => quantityAsText(value, isInBytes(what));

interface Around {
  readonly limits: readonly Limit[];
  readonly namespace: string;
}

/** A quota on limits refuses every pod that has none, unless a LimitRange gives it one. */
const unlimited = ({ name, hard }: Quota, demanded: Demand, { limits, namespace }: Around): Problem[] => {
  const isNew = (demanded.more.pods ?? 0) > 0;
  const given = limits.flatMap(({ type, byDefault }) => (type === 'Container' ? Object.keys(byDefault) : []));
  const bare = ['cpu', 'ephemeral-storage'].filter(
    what => hard[`limits.${what}`] !== undefined && demanded.limits[what] === undefined && !given.includes(what),
  );
  if (!isNew) return [];
  return bare.map(what => ({
    code: 'not-admitted',
    message: `The quota ${name} in ${namespace} admits no pod without a limit of ${what}`,
    because: `it counts limits.${what}, the app has none, and no LimitRange gives it one`,
    fix: `let an administrator give pods one by default (a LimitRange with default.${what}), or take limits.${what} out of the quota`,
  }));
};

export const limitsKept: Check = {
  id: 'limits',
  title: 'Each pod asks for as much as the namespace allows',
  facts: [demand.name, quota.name],
  scope: 'change',
  targets: clusterTargets,
  examine({ kubernetes: { namespace } }, facts) {
    const demanded = need(demand, facts);
    const ranges = need(quota, facts).limits.filter(({ type }) => type === 'Container' || type === 'Pod');
    return ranges.flatMap(range => outside(range, demanded, namespace));
  },
};

/** The least goes for what is asked for, the most for what may be used; one pod is one container of ours. */
const outside = ({ name, type, min, max }: Limit, { requests, limits }: Demand, namespace: string): Problem[] => {
  const little = Object.entries(min)
    .filter(([what, least]) => (requests[what] ?? least) < least)
    .map(([what, least]) => [what, requests[what] ?? 0, `at least ${amountAsText(what, least)}`] as const);
  const much = Object.entries(max)
    .map(([what, most]) => [what, limits[what] ?? requests[what] ?? 0, most] as const)
    .filter(([, asked, most]) => asked > most)
    .map(([what, asked, most]) => [what, asked, `at most ${amountAsText(what, most)}`] as const);
  return [...little, ...much].map(([what, asked, bound]) => ({
    code: 'not-admitted',
    message: `A pod with ${amountAsText(what, asked)} of ${what} is not admitted in ${namespace}`,
    because: `the LimitRange ${name} allows each ${type} ${bound}`,
    fix: `set kubernetes.${what} to ${bound}`,
  }));
};
