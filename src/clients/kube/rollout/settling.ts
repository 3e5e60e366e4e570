import { isInUse, type Pod, type Workload } from './objects.ts';

/** When each run of a pod was first seen ready, by its key. */
export type ReadySince = ReadonlyMap<string, number>;

/** Whoever runs for so much longer has settled before we came: the clocks of a cluster differ a little. In ms. */
const LONG_MS = 2_000;

export interface Settling {
  readonly settleMs: number;
  /** Our clock, in ms, and that of the cluster, since 1970. */
  readonly at: number;
  readonly now: number;
}

export const readySince = (before: ReadySince, pods: readonly Pod[], at: number): ReadySince =>
  new Map(pods.filter(isInUse).map(pod => [runOf(pod), before.get(runOf(pod)) ?? at]));

/**
 * When the last of these pods has been ready for long enough, by our clock; 0 when all have. A program that ends at its
 * start runs for a moment, and without a readiness probe that moment counts as ready.
 */
export const settledAt = (workload: Workload, pods: readonly Pod[], since: ReadySince, settling: Settling): number => {
  const open = unprobed(workload, pods, settling);
  return Math.max(0, ...open.map(pod => (since.get(runOf(pod)) ?? settling.at) + settling.settleMs));
};

/** Those that are ready because nothing asks them, and have not been for long. */
export const unprobed = (
  { spec }: Workload,
  pods: readonly Pod[],
  settling: Pick<Settling, 'now' | 'settleMs'>,
): readonly Pod[] =>
  (spec.minReadySeconds ?? 0) > 0 ? [] : pods.filter(pod => !isProbed(pod) && isInUse(pod) && !isLong(pod, settling));

const isProbed = ({ spec }: Pod): boolean =>
  spec.containers.every(({ readinessProbe }) => readinessProbe !== undefined);

const isLong = ({ status }: Pod, { now, settleMs }: Pick<Settling, 'now' | 'settleMs'>): boolean =>
  (status?.containerStatuses ?? []).every(
    ({ state }) => now - Date.parse(state?.running?.startedAt ?? 'never') > settleMs + LONG_MS,
  );

/** Another one each time that a container is started again. */
const runOf = ({ metadata, status }: Pod): string =>
  [metadata.uid, ...(status?.containerStatuses ?? []).map(({ containerID }) => containerID)].join(' ');
