import type { Facts } from '../../core/fact.ts';
import { gke, region } from '../../core/facts/google.ts';
import type { Config } from '../config.ts';
import { type Asked, askedBy, inAutopilot, modeOf, type Nodes, nodesOf } from './asked.ts';
import { DISKS, MACHINES } from './prices.ts';

/** How much of a quota of the region a plan takes, by Google's name of the metric. */
export interface QuotaNeed {
  readonly metric: string;
  /** Without it the plan cannot begin. */
  readonly least: number;
  /** When it is as busy as it may get. */
  readonly most: number;
}

/** The one that all regions of a project share, whatever the machines are. */
export const ALL_CPUS = 'CPUS_ALL_REGIONS';

type Part = Pick<Config, 'app' | 'kubernetes' | 'gcp'>;

/**
 * What there will be more of in the region than now: of a cluster that is there, only the nodes that it may yet get, since
 * all else counts as used already. Which machines Autopilot takes is its own affair; it takes at least what its pods ask for.
 * Pure.
 */
export const quotaNeeds = (config: Part, facts: Facts): QuotaNeed[] => {
  const there = gke.of(facts) ?? null;
  const has = (metric: string): boolean =>
    region.of(facts)?.quotas.some(quota => quota.metric === metric && quota.limit > 0) ?? false;
  const isAutopilot = modeOf(config.gcp.cluster.mode, there) === 'autopilot';
  const asked = askedBy(config);
  return added([
    ...nodesOf(config, there).flatMap(nodes => ofNodes(nodes, has)),
    ...(there ? [] : [...(isAutopilot ? ofPods(asked) : []), ...ofVolumes(asked), ...ofBalancer(config)]),
  ]);
};

const same = (metric: string, amount: number): QuotaNeed => ({ metric, least: amount, most: amount });

/** A cluster with none at all could not run what belongs to Kubernetes itself. */
const ofNodes = ({ machine, spot, disk, min, max, now }: Nodes, has: (metric: string) => boolean): QuotaNeed[] => {
  const [least, most] = [(now === 0 ? Math.max(1, min) : min) - now, max - now].map(count => Math.max(0, count));
  const each = (metric: string, amount: number): QuotaNeed => ({
    metric,
    least: (least ?? 0) * amount,
    most: (most ?? 0) * amount,
  });
  const cpus = MACHINES[machine]?.cpus ?? cpusIn(machine);
  // Nodes have an address of their own, and boot from pd-balanced.
  return [
    each(spot && has('PREEMPTIBLE_CPUS') ? 'PREEMPTIBLE_CPUS' : metricOf(machine), cpus),
    each(ALL_CPUS, cpus),
    each('SSD_TOTAL_GB', disk),
    each('INSTANCES', 1),
    each('IN_USE_ADDRESSES', 1),
  ];
};

/** `n2-standard-4` has 4, `n2-custom-6-8192` has 6; of what says nothing, nothing is asked. */
const cpusIn = (machine: string): number => Number(/-(?:custom-)?([0-9]+)(?:-[0-9]+)?$/.exec(machine)?.[1] ?? 0);

/** The first families share one quota, each later one has its own. */
const metricOf = (machine: string): string => {
  const family = (machine.split('-')[0] ?? '').toUpperCase();
  return ['E2', 'N1', 'F1', 'G1', 'CUSTOM'].includes(family) ? 'CPUS' : `${family}_CPUS`;
};

const ofPods = (asked: Asked): QuotaNeed[] => {
  const { cpu } = inAutopilot(asked);
  const whole = (count: number): number => Math.ceil(count * cpu - 1e-6);
  const range = { least: whole(asked.pods.min), most: whole(asked.pods.max) };
  return [
    { metric: 'CPUS', ...range },
    { metric: ALL_CPUS, ...range },
  ];
};

const ofVolumes = ({ volumes, size, storage }: Asked): QuotaNeed[] => {
  const type = DISKS[storage]?.type;
  if (volumes === 0 || type === undefined) return [];
  return [same(type === 'pd-standard' ? 'DISKS_TOTAL_GB' : 'SSD_TOTAL_GB', volumes * size)];
};

/** Google's ingress and gateway have an address of the whole world, which no region counts. */
const ofBalancer = ({ kubernetes: { expose } }: Part): QuotaNeed[] =>
  expose.type === 'loadBalancer' ? [same('IN_USE_ADDRESSES', 1)] : [];

/** One for each metric; what is not needed is left out. */
const added = (needs: readonly QuotaNeed[]): QuotaNeed[] => {
  const metrics = [...new Set(needs.map(({ metric }) => metric))];
  const sum = (metric: string, key: 'least' | 'most'): number =>
    needs.reduce((so, need) => so + (need.metric === metric ? need[key] : 0), 0);
  return metrics
    .map(metric => ({ metric, least: sum(metric, 'least'), most: sum(metric, 'most') }))
    .filter(({ most }) => most > 0);
};
