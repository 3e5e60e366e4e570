import { fact } from '../fact.ts';

/** One thing that has to be allowed: `create deployments.apps`. */
export interface Right {
  readonly verb: string;
  /** `apps`; empty is the core. */
  readonly group: string;
  /** With what is below it: `pods/log`. */
  readonly resource: string;
  /** Of the whole cluster, and not of the namespace. */
  readonly everywhere?: true;
}

export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Amounts by what they are of (`cpu`, `requests.memory`, `count/secrets`), in Kubernetes' base units: cores, bytes, pieces. */
export type Amounts = { readonly [resource: string]: number };

/**
 * What a change asks of the cluster and the registry. Nobody looks it up: the target works it out of the config and the
 * other facts. It is a fact all the same, so that observers know what to look at, checks what to compare with, and whoever
 * reads a plan what was looked at.
 */
export interface Demand {
  readonly rights: readonly Right[];
  readonly kinds: readonly KindRef[];
  /** What there will be more of at the busiest moment than now. */
  readonly more: Amounts;
  /** What one container asks for, and may use. */
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** The volumes that do not exist yet: of which class (empty: the default), how large each. */
  readonly volume: { readonly class: string; readonly size: number } | null;
  /** With its digest; empty when it is yet to be pushed. */
  readonly image: string;
  /** What an image that is yet to be pushed is built for: `linux/amd64`. */
  readonly platform: string;
  /** The class that is named, or empty for the cluster's default; null: there is no such way in. */
  readonly ingress: string | null;
  readonly gateway: string | null;
  /** The Secret with the certificate, and the name that people type; an empty name is any. */
  readonly certificate: { readonly secret: string; readonly host: string } | null;
  /** How many run is decided by how busy they are. */
  readonly scales: boolean;
}

export const demand = fact<Demand>('demand');
