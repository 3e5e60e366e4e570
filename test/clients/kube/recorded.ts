import { readFileSync } from 'node:fs';
import type { Kind } from '../../../src/clients/kube/rollout/kinds.ts';
import { KNOBS } from '../../../src/clients/kube/rollout/knobs.ts';
import type { ContainerStatus, Pod, Workload } from '../../../src/clients/kube/rollout/objects.ts';
import { type Listed, type Sighting, sightingOf } from '../../../src/clients/kube/rollout/sighting.ts';
import { type Pending, remember, type Verdict, verdict } from '../../../src/clients/kube/rollout/verdict.ts';

interface Recorded {
  readonly name: string;
  readonly kind: Kind;
  readonly listed: Listed;
}

/** What a real cluster (Kubernetes 1.34, containerd 1.6) listed for one workload each, one line each, shortened. */
const lines = readFileSync(new URL('../../vectors/rollout/recorded.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const all: readonly Recorded[] = lines.map(line => JSON.parse(line));

export const names: readonly string[] = all.map(({ name }) => name);

export const recorded = (name: string): Recorded => {
  const found = all.find(each => each.name === name);
  if (!found) throw new Error(`nothing is recorded for ${name}`);
  return structuredClone(found);
};

export type Change = (listed: Listed) => Listed;

/** What was listed at that time, changed. */
export const seen = (name: string, at = 0, change: Change = listed => listed): Sighting => {
  const { kind, listed } = recorded(name);
  return sightingOf(kind, change(listed), at);
};

export const withPod =
  (change: (pod: Pod) => Pod): Change =>
  listed => ({ ...listed, pods: listed.pods.map(change) });

export const withContainer = (change: (status: ContainerStatus) => ContainerStatus): Change =>
  withPod(pod => ({
    ...pod,
    status: { ...pod.status, containerStatuses: (pod.status?.containerStatuses ?? []).map(change) },
  }));

export const withWorkload =
  (change: (workload: Workload) => Workload): Change =>
  listed => ({ ...listed, workload: change(listed.workload) });

export const withoutEvents: Change = listed => ({ ...listed, events: [] });

/** What is pending after these looks, and the verdict at the last of them. */
export const judged = (...sightings: readonly Sighting[]): Verdict & { readonly pending: readonly Pending[] } => {
  const pending = sightings.reduce<readonly Pending[]>((before, each) => remember(before, each, KNOBS), []);
  return { ...verdict(pending, sightings.at(-1)?.at ?? 0), pending };
};

/** How long after it was first seen it fails, when nothing changes; and as what. */
export const failure = (name: string, change?: Change) => {
  const first = judged(seen(name, 0, change));
  if (first.failed) return { row: first.failed.row.name, after: 0, problem: first.failed.problem };
  for (const { due } of [...first.pending].sort((a, b) => a.due - b.due)) {
    const before = judged(seen(name, 0, change), seen(name, due - 1, change));
    if (before.failed) throw new Error(`${name} has failed before it is due`);
    const { failed } = judged(seen(name, 0, change), seen(name, due, change));
    if (failed) return { row: failed.row.name, after: due, problem: failed.problem };
  }
  return undefined;
};
