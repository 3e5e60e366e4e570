import type { GkeFact, GkePool } from '../../core/facts/google.ts';
import { quantity } from '../../core/quantity.ts';
import type { Config } from '../config.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What the objects of the app ask of Google; steps/manifests is what really asks. */
export interface Asked {
  readonly pods: Range;
  /** Of each pod: in vCPU and GiB. */
  readonly cpu: number;
  readonly memory: number;
  /** How many volumes there are, of how many whole GiB each. */
  readonly volumes: number;
  readonly size: number;
  /** The StorageClass; empty: the cluster's own. */
  readonly storage: string;
  readonly isBalanced: boolean;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

type Part = Pick<Config, 'app' | 'kubernetes'>;

/** An app that keeps data is one pod with its volumes; any other keeps nothing beyond its pods. */
export const askedBy = ({ app: { container }, kubernetes }: Part): Asked => {
  const { cpu, memory, storage, replicas, expose } = kubernetes;
  return {
    pods: container.stateless ? replicas : { min: 1, max: 1 },
    cpu: quantity(cpu),
    memory: quantity(memory) / GIB,
    volumes: container.stateless ? 0 : 1 + Object.keys(container.volumes).length,
    size: Math.ceil(quantity(storage.size) / GIB),
    storage: storage.class ?? '',
    isBalanced: expose.type !== 'none',
  };
};

const LEAST_CPU = 0.05;
const LEAST_MEMORY = 52 / 1024;
/** In GiB for each vCPU. */
const RATIO = { least: 1, most: 6.5 };

/**
 * What Autopilot makes of it, and bills: at least 50m and 52 MiB where pods may burst, as in every cluster made now, and
 * more of the one where there is too much of the other
 * (cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests).
 */
export const inAutopilot = ({ cpu, memory }: Pick<Asked, 'cpu' | 'memory'>): Pick<Asked, 'cpu' | 'memory'> => {
  const [some, much] = [Math.max(cpu, LEAST_CPU), Math.max(memory, LEAST_MEMORY)];
  const [cores, gib] = [Math.max(some, much / RATIO.most), Math.max(much, some * RATIO.least)];
  return { cpu: up(cores, 1000), memory: up(gib, GIB / MIB) };
};

/** To the next part of that size; what is a hair above one is that one. */
const up = (value: number, parts: number): number => Math.ceil(value * parts - 1e-6) / parts;

/** Nodes of one kind in a Standard cluster. */
export interface Nodes extends Range {
  readonly machine: string;
  readonly spot: boolean;
  /** In GiB. */
  readonly disk: number;
  /** How many there are now. */
  readonly now: number;
}

/** Those that there are, or that the config would make. Of an Autopilot cluster there are none to speak of. */
export const nodesOf = ({ gcp: { cluster } }: Pick<Config, 'gcp'>, there: GkeFact | null): readonly Nodes[] => {
  if (modeOf(cluster.mode, there) === 'autopilot') return [];
  if (!there) return [{ ...cluster.nodes, machine: cluster.machine, spot: cluster.spot, disk: cluster.disk, now: 0 }];
  return there.pools.map((pool, index) => {
    const { machine, spot, diskGb, nodes } = pool;
    const range = there.ours && index === 0 ? around(rangeOf(pool), cluster.nodes) : rangeOf(pool);
    return { ...range, machine, spot, disk: diskGb, now: nodes };
  });
};

/** Without an autoscaler there are as many as there are. */
const rangeOf = ({ nodes, min, max }: GkePool): Range =>
  max === 0 ? { min: nodes, max: nodes } : { min: Math.min(min, nodes), max: Math.max(max, nodes) };

/** What the config says is so with the next `gke update`, and until then it is as it is. */
const around = (now: Range, wanted: Range): Range => ({
  min: Math.min(now.min, wanted.min),
  max: Math.max(now.max, wanted.max),
});

export const modeOf = (wanted: GkeFact['mode'], there: GkeFact | null): GkeFact['mode'] => there?.mode ?? wanted;
