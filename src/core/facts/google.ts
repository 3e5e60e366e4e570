import { fact } from '../fact.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';

/** The project, and whether anything may be made in it. */
export interface ProjectFact {
  readonly id: string;
  /** Google's number of it; empty when it could not be read. */
  readonly number: string;
  /** Who we are there: an e-mail address; empty when the credentials do not say. */
  readonly account: string;
  readonly billing: boolean;
  /** The APIs that are on, of those that a deploy needs: `container.googleapis.com`. */
  readonly apis: readonly string[];
  /** Everything that keeps us from working there: credentials, no such project, no billing, no permission. */
  readonly problems: readonly (Problem & JsonObject)[];
  readonly [key: string]: string | boolean | readonly string[] | readonly JsonObject[];
}

export const project = fact<ProjectFact>('project');

/** A cluster of Google Kubernetes Engine, as its API describes it. */
export interface GkeFact {
  readonly name: string;
  readonly location: string;
  /** PROVISIONING, RUNNING, RECONCILING, STOPPING, ERROR or DEGRADED. */
  readonly status: string;
  /** Why it is not as it should be, in Google's words; empty when it is. */
  readonly because: string;
  readonly mode: 'autopilot' | 'standard';
  /** `regular`; empty when it follows none. */
  readonly channel: string;
  readonly version: string;
  /** It has our label. */
  readonly ours: boolean;
  /** The host name of its DNS endpoint; empty when it has none. */
  readonly dnsEndpoint: string;
  /** The address of its control plane; empty until it has one. */
  readonly endpoint: string;
  /** The certificate of the authority behind `endpoint`, base64. */
  readonly ca: string;
  readonly pools: readonly GkePool[];
  /** What is being done to it now; empty when nothing is. */
  readonly operation: string;
  readonly created: string;
  readonly [key: string]: string | boolean | readonly JsonObject[];
}

export type GkePool = JsonObject & {
  readonly name: string;
  readonly machine: string;
  readonly nodes: number;
  readonly min: number;
  readonly max: number;
  readonly spot: boolean;
  readonly diskGb: number;
};

/** The cluster of the config; null when there is none of that name. */
export const gke = fact<GkeFact | null>('gke');

/** All clusters of the project. */
export const gkeClusters = fact<readonly GkeFact[]>('gkeClusters');

/** A repository of Artifact Registry. */
export interface RepositoryFact {
  readonly name: string;
  readonly location: string;
  /** DOCKER, NPM, MAVEN … */
  readonly format: string;
  readonly immutable: boolean;
  readonly ours: boolean;
  readonly sizeBytes: number;
  readonly [key: string]: string | boolean | number;
}

/** The repository that the app's image goes to; null when there is none of that name. */
export const repository = fact<RepositoryFact | null>('repository');

/** An image in a repository of Artifact Registry. */
export interface GoogleImageFact {
  /** Its name below the repository. */
  readonly image: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  /** ISO 8601. */
  readonly uploaded: string;
  readonly [key: string]: string | number | readonly string[];
}

export const googleImages = fact<readonly GoogleImageFact[]>('googleImages');

/** The namespaces of the cluster that hold pods, volumes or balancers, but for those that it brings along. */
export const tenants = fact<readonly string[]>('tenants');

/** What is left of a region's quotas, by Google's name of the metric: `CPUS`, `SSD_TOTAL_GB`, `IN_USE_ADDRESSES`. */
export interface RegionFact {
  readonly region: string;
  /** False when there is no such region. */
  readonly exists: boolean;
  readonly zones: readonly string[];
  readonly quotas: readonly (JsonObject & {
    readonly metric: string;
    readonly limit: number;
    readonly usage: number;
  })[];
  readonly [key: string]: string | boolean | readonly string[] | readonly JsonObject[];
}

export const region = fact<RegionFact>('region');
