import { fact } from '../fact.ts';
import type { Amounts, KindRef, Right } from './demand.ts';

/** What is not allowed of all that is demanded, and to whom. */
export interface AccessFact {
  readonly missing: readonly Right[];
  /** As the cluster knows us; empty when it does not say. */
  readonly user: string;
}

export const access = fact<AccessFact>('access');

/** A StorageClass, an IngressClass. */
export interface ClassRef {
  readonly name: string;
  readonly isDefault: boolean;
}

/** Null where these may not be read, or are not known to the cluster at all: then nobody says anything about them. */
export interface ClassesFact {
  readonly storage: readonly ClassRef[] | null;
  readonly ingress: readonly ClassRef[] | null;
  readonly gateway: readonly ClassRef[] | null;
}

export const classes = fact<ClassesFact>('classes');

/** A ResourceQuota that counts pods as ours. */
export interface Quota {
  readonly name: string;
  readonly hard: Amounts;
  readonly used: Amounts;
}

/** One item of a LimitRange: what each `Container`, `Pod` or `PersistentVolumeClaim` has to keep to. */
export interface Limit {
  readonly name: string;
  readonly type: string;
  readonly min: Amounts;
  readonly max: Amounts;
  /** What gets this who names no limit of its own. */
  readonly byDefault: Amounts;
}

export interface QuotaFact {
  readonly quotas: readonly Quota[];
  readonly limits: readonly Limit[];
}

export const quota = fact<QuotaFact>('quota');

export interface PlatformsFact {
  /** `linux/amd64`, of the nodes that take new pods. Empty when these may not be listed. */
  readonly nodes: readonly string[];
  /** What the image is for, as its registry says. Empty when it does not say. */
  readonly image: readonly string[];
  /** The registry says that it has no such image. */
  readonly gone: boolean;
}

export const platforms = fact<PlatformsFact>('platforms');

export interface ServedFact {
  /** The kinds that the cluster does not know. */
  readonly missing: readonly KindRef[];
  /** It measures how busy pods are. */
  readonly metrics: boolean;
}

export const served = fact<ServedFact>('served');

/** The certificate that the demand names; null when it names none, or it may not be read. */
export interface CertificateFact {
  /** The type of the Secret; empty when there is none. */
  readonly type: string;
  /** Why it is no certificate; empty when it is one. */
  readonly broken: string;
  /** ISO 8601. */
  readonly until: string;
  readonly expired: boolean;
  /** It is for the host that is demanded. */
  readonly fits: boolean;
  /** Whom it is for. */
  readonly names: readonly string[];
}

export const certificate = fact<CertificateFact | null>('certificate');

/** The version of the helm program, as `3.22.1`; empty when it is not there, null when nothing needs it. */
export const helmProgram = fact<string | null>('helmProgram');
