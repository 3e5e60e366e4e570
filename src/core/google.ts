/** Which cluster of Google Kubernetes Engine. */
export type GkeRef = {
  readonly project: string;
  /** A region (Autopilot), or a zone (Standard). */
  readonly location: string;
  readonly cluster: string;
};

/** One that can be reached: what a kubeconfig would say of it. */
export interface GkeServer extends GkeRef {
  /** `https://…`, with a port when that is not 443. */
  readonly server: string;
  /** The certificate of the authority behind it, base64; empty when that is a public one. */
  readonly ca: string;
}

/** As gcloud calls it in a kubeconfig. None of the three may have a `_`, so it can be taken apart again. */
export const gkeContext = ({ project, location, cluster }: GkeRef): string => `gke_${project}_${location}_${cluster}`;

/** As the API names it. */
export const gkeName = ({ project, location, cluster }: GkeRef): string =>
  `projects/${project}/locations/${location}/clusters/${cluster}`;

/** What a deploy needs to be switched on in a project. */
export const GOOGLE_APIS = [
  'container.googleapis.com',
  'artifactregistry.googleapis.com',
  'compute.googleapis.com',
] as const;

/** What marks a cluster or a repository as ours. Nothing without it is changed or deleted. */
export const GOOGLE_LABELS = { 'managed-by': 'bytechat' } as const;

/** Who logs in at Artifact Registry with an access token. */
export const TOKEN_USER = 'oauth2accesstoken';

/** The host of a repository of Docker images. */
export const registryHost = (location: string): string => `${location}-docker.pkg.dev`;

/** A host of Google's registries, old names too: whoever asks there shows an access token. */
export const isGoogleRegistry = (host: string): boolean => /(^|[.-])(gcr\.io|pkg\.dev)$/.test(host);
