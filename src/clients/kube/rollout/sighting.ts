import { KINDS, type Kind, type KindOf } from './kinds.ts';
import { type Claim, isInUse, type KubeEvent, type Pod, type Revision, timeOf, type Workload } from './objects.ts';

/** What was listed at one time. */
export interface Listed {
  readonly workload: Workload;
  readonly revisions?: readonly Revision[];
  /** All that the selector finds. */
  readonly pods: readonly Pod[];
  readonly events?: readonly KubeEvent[];
  readonly claims?: readonly Claim[];
  /** The last lines of containers that have ended, by `pod/container`. */
  readonly logs?: Logs;
}

export type Logs = { readonly [container: string]: readonly string[] };

/** What a verdict is made from: the new pods only, and what was said about them. Times are those of our own clock, in ms. */
export interface Sighting {
  readonly at: number;
  readonly kind: Kind;
  readonly workload: Workload;
  readonly revision: Revision | undefined;
  /** Of the wanted revision, those that are going away or have failed for good left out (a Job's are kept). */
  readonly pods: readonly Pod[];
  /** How many others still take room. */
  readonly others: number;
  /** How many are on their way out: these make room soon. */
  readonly leaving: number;
  readonly events: readonly KubeEvent[];
  readonly claims: readonly Claim[];
  readonly logs: Logs;
  /** When pods that nothing asks whether they are ready can be believed; 0 when there are none. */
  readonly settledAt: number;
}

export const sightingOf = (kind: Kind, listed: Listed, at: number): Sighting => {
  const { workload, revisions = [], pods, events = [], claims = [], logs = {} } = listed;
  const how = KINDS[kind];
  const revision = how.revisionOf(workload, revisions);
  const own = pods.filter(pod => how.isNew(pod, workload, revision) && isThere(pod, kind));
  const known = new Set([workload, revision, ...own, ...claimsOf(own, claims)].map(each => each?.metadata.uid));
  return {
    at,
    kind,
    workload,
    revision,
    pods: own,
    others: pods.length - own.length,
    leaving: pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length,
    events: events
      .filter(event => known.has(event.involvedObject.uid) && isOfNow(event, workload))
      .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)),
    claims: claimsOf(own, claims),
    logs,
    settledAt: 0,
  };
};

const isThere = ({ metadata, status }: Pod, kind: Kind): boolean =>
  kind === 'Job' ||
  (metadata.deletionTimestamp === undefined && !['Failed', 'Succeeded'].includes(status?.phase ?? ''));

const claimsOf = (pods: readonly Pod[], claims: readonly Claim[]): readonly Claim[] => {
  const names = pods.flatMap(({ spec }) => spec.volumes?.map(each => each.persistentVolumeClaim?.claimName) ?? []);
  return claims.filter(({ metadata }) => names.includes(metadata.name));
};

/** Events live for an hour: what was said about the workload before it was changed is about another spec. */
const isOfNow = (event: KubeEvent, { metadata }: Workload): boolean =>
  event.involvedObject.uid !== metadata.uid || timeOf(event).slice(0, 19) >= changedAt(metadata).slice(0, 19);

const changedAt = ({ managedFields = [], creationTimestamp = '' }: Workload['metadata']): string =>
  managedFields
    .filter(({ subresource }) => subresource === undefined)
    .reduce((latest, { time = '' }) => (time > latest ? time : latest), creationTimestamp);

export const readyPods = ({ pods }: Sighting): readonly Pod[] => pods.filter(isInUse);

/** Both the controller's counts and the pods themselves have to say so: either may lag behind the other. */
export const isDone = (sighting: Sighting): boolean => {
  const how: KindOf = KINDS[sighting.kind];
  if (!how.isDone(sighting.workload) || sighting.settledAt > sighting.at) return false;
  if (sighting.kind === 'Job') return true;
  return readyPods(sighting).length >= newOnes(sighting, how);
};

/** A partition keeps some of a StatefulSet at the old revision on purpose. */
const newOnes = ({ workload }: Sighting, how: KindOf): number =>
  how.wanted(workload) - (workload.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
