import { fact } from '../fact.ts';
import type { FieldChange } from '../field-changes.ts';
import type { Json, JsonObject } from '../json.ts';
import type { KubeObject } from '../kube.ts';
import type { Place, Problem } from '../problem.ts';

/** An object as a file has it, labelled and stamped; the values of a Secret are names (`{ $secret }`). */
export interface Manifest {
  readonly object: KubeObject;
  readonly where: Place;
  readonly [key: string]: unknown;
}

/** The manifests of the user that are meant, and what is wrong with them; none when only a set was named. */
export interface ManifestsFact {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  readonly [key: string]: unknown;
}

export const manifests = fact<ManifestsFact>('manifests');

/** What an object is found by. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A field that the files say nothing of, and who has set it. */
export interface Besides {
  readonly path: string;
  readonly value: Json;
  readonly by: string;
  readonly [key: string]: Json;
}

/** One object that a set has, had, or is to have. */
export interface Member {
  readonly ref: ObjectRef & JsonObject;
  /** A file has it. */
  readonly wanted: boolean;
  /** The inventory of the set has it. */
  readonly known: boolean;
  readonly there: boolean;
  /** The set or app that its label names; empty: none. */
  readonly owner: string;
  /** What applying it would change, field by field; values of secrets are masked. Empty of one that is not there. */
  readonly changes: readonly FieldChange[];
  /** What somebody else has changed since it was applied. */
  readonly drift: readonly FieldChange[];
  /** What others have set besides, and applying leaves alone. */
  readonly besides: readonly Besides[];
  /** As it is wanted: applying it would change nothing. */
  readonly same: boolean;
  /** It serves, or has ended well; so is everything that only has to be there. */
  readonly settled: boolean;
  readonly [key: string]: unknown;
}

/** Everything of one set, as the cluster has it. */
export interface SetFact {
  readonly members: readonly Member[];
  /** The objects as they were last applied with success, without those that hold secrets. */
  readonly before: readonly KubeObject[];
  /** The inventory is there, and says exactly what the files say. */
  readonly recorded: boolean;
  /** Claims that the StatefulSets of the set have made, each with its uid. */
  readonly claims: readonly (ObjectRef & JsonObject)[];
  /** Why the cluster would refuse what is wanted. */
  readonly problems: readonly Problem[];
  readonly [key: string]: unknown;
}

export const kubeSet = fact<SetFact>('set');

/** How everything of a set is: what `kube status` answers. */
export interface SetStatusFact {
  readonly objects: number;
  /** What the inventory has and the cluster has not. */
  readonly missing: readonly string[];
  readonly workloads: readonly WorkloadRow[];
  readonly pods: readonly PodRow[];
  readonly services: readonly ServiceRow[];
  readonly claims: readonly ClaimRow[];
  readonly events: readonly EventRow[];
  readonly [key: string]: unknown;
}

export interface WorkloadRow {
  readonly what: string;
  readonly namespace: string;
  readonly ready: number;
  readonly wanted: number;
  readonly updated: number;
  readonly done: boolean;
  /** Why it is not done; what is waited for. */
  readonly said: string;
  readonly [key: string]: Json;
}

export interface PodRow {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** ISO 8601; empty before it has begun. */
  readonly since: string;
  readonly said: string;
  readonly [key: string]: Json;
}

export interface ServiceRow {
  readonly name: string;
  readonly type: string;
  /** `10.96.0.10:80`, and what a load balancer listens at. */
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly [key: string]: Json;
}

export interface ClaimRow {
  readonly name: string;
  readonly phase: string;
  readonly size: string;
  readonly [key: string]: Json;
}

export interface EventRow {
  readonly at: string;
  readonly what: string;
  readonly said: string;
  readonly [key: string]: Json;
}

export const setStatus = fact<SetStatusFact>('set-status');

/** The pods of a set: whose labels they have, a namespace each. */
export interface PodSelector {
  readonly namespace: string;
  /** As `labelSelector` writes it. */
  readonly selector: string;
  readonly [key: string]: string;
}

export const setPods = fact<readonly PodSelector[]>('set-pods');

/** The same for two that are one object, however the namespace is written. */
export const idOf = ({ apiVersion, kind, metadata }: ObjectRef, namespace: string): string => {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return [group, kind, metadata.namespace ?? namespace, metadata.name].join('|');
};

/** `Deployment/shop`; with its namespace when that is not the usual one. */
export const calledIn = ({ kind, metadata }: ObjectRef, namespace: string): string => {
  const elsewhere = metadata.namespace !== undefined && metadata.namespace !== namespace;
  return `${kind}/${metadata.name}${elsewhere ? ` in ${metadata.namespace}` : ''}`;
};

export const refOf = ({ apiVersion, kind, metadata }: KubeObject | ObjectRef): ObjectRef & JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
});

/** Data: they stay until somebody says that they may go. A namespace takes all that is in it with it. */
export const isLasting = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'PersistentVolumeClaim' || kind === 'Namespace';
