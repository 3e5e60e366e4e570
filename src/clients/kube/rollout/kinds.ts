import { canonical, type JsonObject } from '../../../core/json.ts';
import { conditionOf, isOwnedBy, type Pod, type Revision, type Workload } from './objects.ts';

export type Kind = 'Deployment' | 'StatefulSet' | 'Job' | 'DaemonSet';

/** What one kind of workload means by new pods, and by being done. Pure. */
export interface KindOf {
  /** Below the namespace: `apps/v1` and `deployments`. */
  readonly group: string;
  readonly plural: string;
  /** What its pods are versions of: lists of these tell which pods are new. */
  readonly revisions?: string;
  /** True when the controller has seen the wanted spec, and its own counts say that nothing is left to do. */
  isDone(workload: Workload): boolean;
  wanted(workload: Workload): number;
  /** The one revision that is wanted; undefined while the controller has not made it. */
  revisionOf(workload: Workload, revisions: readonly Revision[]): Revision | undefined;
  isNew(pod: Pod, workload: Workload, revision: Revision | undefined): boolean;
}

const HASH = 'controller-revision-hash';

/** Before that, every count is about the spec of before. */
export const isObserved = ({ metadata, status }: Workload): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);

const replicas = ({ spec }: Workload): number => spec.replicas ?? 1;
const none = () => undefined;

const deployment: KindOf = {
  group: 'apps/v1',
  plural: 'deployments',
  revisions: 'replicasets',
  wanted: replicas,
  isDone: workload => isObserved(workload) && hasAll(workload, replicas(workload)),
  revisionOf: (workload, revisions) =>
    revisions
      .filter(each => isOwnedBy(each, workload) && sameTemplate(each, workload))
      .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))[0],
  isNew: (pod, _, revision) => revision !== undefined && isOwnedBy(pod, revision),
};

/** `replicas` counts the old ones too: as long as there are more of them than new ones, it is not over. */
const hasAll = ({ status = {} }: Workload, wanted: number): boolean => {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return [replicas, updatedReplicas, readyReplicas, availableReplicas].every(count => count === wanted);
};

/** The controller compares them in the same way, and takes the oldest that fits. */
const sameTemplate = ({ spec }: Revision, workload: Workload): boolean =>
  canonical(withoutHash(spec?.template ?? {})) === canonical(withoutHash(workload.spec.template));

const withoutHash = (template: JsonObject): JsonObject => {
  const metadata = (template.metadata ?? {}) as JsonObject;
  const { 'pod-template-hash': _, ...labels } = (metadata.labels ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, labels } };
};

const statefulSet: KindOf = {
  group: 'apps/v1',
  plural: 'statefulsets',
  wanted: replicas,
  isDone: workload => {
    const { updatedReplicas = 0 } = workload.status ?? {};
    const updated = replicas(workload) - (workload.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    const counts = { ...workload.status, updatedReplicas: replicas(workload) };
    return (
      isObserved(workload) &&
      hasAll({ ...workload, status: counts }, replicas(workload)) &&
      updatedReplicas >= Math.max(0, updated)
    );
  },
  revisionOf: none,
  isNew: (pod, workload) =>
    isObserved(workload) && isOwnedBy(pod, workload) && pod.metadata.labels?.[HASH] === workload.status?.updateRevision,
};

const daemonSet: KindOf = {
  group: 'apps/v1',
  plural: 'daemonsets',
  revisions: 'controllerrevisions',
  wanted: ({ status }) => status?.desiredNumberScheduled ?? 0,
  isDone: workload => {
    const { desiredNumberScheduled: wanted = 0, ...status } = workload.status ?? {};
    const { updatedNumberScheduled = 0, numberReady = 0, numberAvailable = 0 } = status;
    return (
      isObserved(workload) && [updatedNumberScheduled, numberReady, numberAvailable].every(count => count === wanted)
    );
  },
  revisionOf: (workload, revisions) =>
    revisions.filter(each => isOwnedBy(each, workload)).sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0))[0],
  isNew: (pod, workload, revision) =>
    isObserved(workload) && revision !== undefined && pod.metadata.labels?.[HASH] === revision.metadata.labels?.[HASH],
};

const job: KindOf = {
  group: 'batch/v1',
  plural: 'jobs',
  wanted: ({ spec }) => spec.completions ?? 1,
  isDone: workload => conditionOf(workload, 'Complete')?.status === 'True',
  revisionOf: none,
  isNew: (pod, workload) => isOwnedBy(pod, workload),
};

export const KINDS: Readonly<Record<Kind, KindOf>> = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
};
