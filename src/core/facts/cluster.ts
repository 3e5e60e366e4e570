import { fact } from '../fact.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../kube.ts';
import type { Problem } from '../problem.ts';

/** The cluster that is meant, and whether it answers. */
export interface ClusterFact {
  /** As the kubeconfig calls it. */
  readonly context: string;
  readonly server: string;
  /** `v1.34.2`; empty when it does not answer. */
  readonly version: string;
  /** Why nothing can be asked of it; null when it answers. */
  readonly problem: (Problem & JsonObject) | null;
  readonly [key: string]: string | JsonObject | null;
}

export const cluster = fact<ClusterFact>('cluster');

/** What is there of the app, as somebody has asked for it: what the cluster notes about it by itself is left out. */
export interface LiveFact {
  readonly objects: readonly KubeObject[];
  /** All pods that there should be are of the newest kind, and serve. */
  readonly settled: boolean;
  /** The objects of our names that are not ours: `Service/shop`. */
  readonly taken: readonly string[];
  /** What could not be read, because we may not: `list secrets`. */
  readonly denied: readonly string[];
  /** The Helm release, when there is one: its revision and how that ended (`deployed`, `pending-upgrade` …). */
  readonly helm: { readonly revision: number; readonly status: string; readonly deployed: number } | null;
  readonly [key: string]: string | boolean | readonly KubeObject[] | readonly string[] | JsonObject | null;
}

export const live = fact<LiveFact>('live');

/** Whose the namespace is: bytechat has made it, somebody else has, or it is not there yet. */
export const namespace = fact<'ours' | 'theirs' | 'none'>('namespace');

/** What changes by itself, for whoever asks how it is. */
export interface PodsFact {
  readonly ready: number;
  readonly wanted: number;
  readonly restarts: number;
  /** When the pods that serve began, ISO 8601; the latest of them. */
  readonly since: string;
  /** A pod that is ready, for programs that are run inside; empty when there is none. */
  readonly pod: string;
  /** What a load balancer listens at; empty when there is none, or not yet. */
  readonly address: string;
  readonly [key: string]: string | number;
}

/** The port-forward on this machine; null when none runs. */
export interface ForwardFact {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It leads to this very app. */
  readonly right: boolean;
  readonly [key: string]: string | number | boolean;
}

export const forward = fact<ForwardFact | null>('forward');
