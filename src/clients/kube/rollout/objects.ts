import type { Json, JsonObject } from '../../../core/json.ts';

/** What the objects of a rollout have in common; of each kind only the fields that are read here (Kubernetes API v1). */
export interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  readonly managedFields?: readonly { readonly time?: string; readonly subresource?: string }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Deployment, StatefulSet, DaemonSet or Job. Counts that are zero are left out by the server. */
export interface Workload {
  readonly kind?: string;
  readonly metadata: Meta;
  readonly spec: {
    readonly replicas?: number;
    readonly completions?: number;
    readonly minReadySeconds?: number;
    readonly selector?: Selector;
    readonly strategy?: Strategy;
    readonly updateStrategy?: Strategy;
    readonly template: JsonObject;
  };
  readonly status?: WorkloadStatus;
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly partition?: number };
}

export interface Selector {
  readonly matchLabels?: { readonly [key: string]: string };
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberReady?: number;
  readonly numberAvailable?: number;
  readonly succeeded?: number;
  readonly conditions?: readonly Condition[];
}

/** A ReplicaSet, or a ControllerRevision of a DaemonSet. */
export interface Revision {
  readonly metadata: Meta;
  readonly revision?: number;
  readonly spec?: { readonly template?: JsonObject };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Ended {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly containerID?: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Ended;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface Probe {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
  readonly timeoutSeconds?: number;
  readonly httpGet?: { readonly path?: string; readonly port?: number | string; readonly scheme?: string };
}

export interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly resources?: { readonly limits?: { readonly memory?: string } };
}

export interface Pod {
  readonly metadata: Meta;
  readonly spec: {
    readonly containers: readonly ContainerSpec[];
    readonly initContainers?: readonly ContainerSpec[];
    readonly terminationGracePeriodSeconds?: number;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Claim {
  readonly metadata: Meta;
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

/** An event (core/v1). The scheduler writes `eventTime` and `series`, the others `lastTimestamp` and `count`. */
export interface KubeEvent {
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string } | null;
  readonly metadata: { readonly name?: string; readonly creationTimestamp?: string };
}

export interface List<Item> {
  readonly metadata: { readonly resourceVersion?: string };
  readonly items: readonly Item[];
  /** The server's own clock, in ms since 1970. */
  readonly date?: number;
}

export const conditionOf = (
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined => object.status?.conditions?.find(each => each.type === type);

/** It is ready: services send to it. */
export const isInUse = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

export const isOwnedBy = ({ metadata }: { metadata: Meta }, owner: { metadata: Meta }): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

/** ISO 8601, by the clock of the cluster; empty when it does not say. */
export const timeOf = ({ series, lastTimestamp, eventTime, metadata }: KubeEvent): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';

/** All statuses, those of init containers first, each with what its spec says. */
export const containersOf = (pod: Pod): readonly Container[] => {
  const { initContainers = [], containers } = pod.spec;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const specs = [...initContainers, ...containers];
  return [...initContainerStatuses, ...containerStatuses].map(status => ({
    pod,
    status,
    spec: specs.find(({ name }) => name === status.name) ?? { name: status.name },
    isInit: initContainerStatuses.includes(status),
  }));
};

export interface Container {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  readonly spec: ContainerSpec;
  readonly isInit: boolean;
}

/** How it ended last, whether it has been started again or not. */
export const endOf = ({ state, lastState }: ContainerStatus): Ended | undefined =>
  state?.terminated ?? lastState?.terminated;

/** As a JSON value: what the server sent is one. */
export const asJson = (value: unknown): Json => value as Json;
