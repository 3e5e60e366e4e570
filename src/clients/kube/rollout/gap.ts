import type { Sighting } from './sighting.ts';

/** How long no pod at all was ready, of a workload that had ready ones before: what people have waited for. */
export interface Gap {
  /** A ready pod was seen. */
  readonly served: boolean;
  /** Since when there is none, on our own clock, in ms. */
  readonly since?: number;
  /** All such times together, in ms. */
  readonly ms: number;
}

export const noGap: Gap = { served: false, ms: 0 };

/** What is known after another look. Pure. */
export const widened = (gap: Gap, { workload, at }: Pick<Sighting, 'workload' | 'at'>): Gap => {
  const isServing = (workload.status?.readyReplicas ?? 0) > 0;
  if (isServing) return { served: true, ms: gap.ms + (gap.since === undefined ? 0 : at - gap.since) };
  return gap.served && gap.since === undefined ? { ...gap, since: at } : gap;
};

/** `no pod was ready for 3.2 s`; undefined when there always was one. */
export const gapLine = ({ ms }: Gap): string | undefined =>
  ms === 0 ? undefined : `no pod was ready for ${(ms / 1000).toFixed(1)} s`;
