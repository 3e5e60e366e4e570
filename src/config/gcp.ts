import { type GkeRef, gkeContext, isGoogleRegistry, registryHost } from '../core/google.ts';
import { BytechatError } from '../core/problem.ts';
import { repositoryOf } from '../core/repository.ts';
import type { Config, Gcp, Image, Kubernetes } from './config.ts';
import type { GcpFile } from './schema.ts';

/** The project that was named for this run, and the one that counts when nobody names any. */
interface SaidBeside {
  readonly gcpProjectId?: string | undefined;
  readonly gcpProjectOfEnv?: string | undefined;
  readonly gcpRegistry?: string | undefined;
}

/** With what is not in the file: the project that is named beside it, and the zone that follows from the region. */
export const resolveGcp = ({ zone, project, maxMonthly, ...rest }: GcpFile, said: SaidBeside): Gcp => {
  const id = said.gcpProjectId ?? project ?? said.gcpProjectOfEnv;
  return {
    ...rest,
    zone: zone ?? `${rest.region}-b`,
    registry: said.gcpRegistry ?? registryHost(rest.region),
    ...(id !== undefined && { project: id }),
    ...(maxMonthly !== undefined && { maxMonthly }),
  };
};

/** The project, which must be said. */
export const projectIn = ({ gcp: { project } }: Pick<Config, 'gcp'>): string => {
  if (project !== undefined) return project;
  throw new BytechatError({
    code: 'missing-value',
    message: 'Nobody has said which project of Google Cloud',
    fix: 'set gcp.project, or write --project <id>; gcloud projects list, or https://console.cloud.google.com/cloud-resource-manager, shows yours',
  });
};

/** Autopilot is regional; Standard is cheaper in one zone, whose fee the free tier covers. */
export const locationOf = ({ cluster: { mode }, region, zone }: Gcp): string => (mode === 'autopilot' ? region : zone);

export const gkeRef = (config: Pick<Config, 'gcp'>): GkeRef => ({
  project: projectIn(config),
  location: locationOf(config.gcp),
  cluster: config.gcp.cluster.name,
});

/** Where the app's image is kept when nobody says it otherwise. */
export const imageInGoogle = (image: Image, { project, registry, repository }: Gcp): Image =>
  repositoryOf(image.repository) || project === undefined
    ? image
    : { ...image, repository: `${registry}/${project}/${repository}/${image.repository}` };

/** Whatever the kubeconfig says: the cluster is found at Google. */
export const onGke = (written: Kubernetes, gke: GkeRef): Kubernetes => ({ ...written, context: gkeContext(gke), gke });

/** A repository of Artifact Registry, by its parts. */
export type GoogleRepository = {
  readonly project: string;
  readonly location: string;
  readonly repository: string;
  /** What is below it: the name of the image. */
  readonly image: string;
};

const MULTI_REGIONS: Readonly<Record<string, string>> = {
  'gcr.io': 'us',
  'us.gcr.io': 'us',
  'eu.gcr.io': 'europe',
  'asia.gcr.io': 'asia',
};

/**
 * Where the app's image is kept at Google; undefined when it is not. A name of Container Registry, which takes no images since
 * March 2025, is that of a repository of Artifact Registry called after its host
 * (cloud.google.com/artifact-registry/docs/transition/gcr-repositories).
 */
export const googleRepositoryOf = ({
  app: { image },
  gcp,
}: Pick<Config, 'app' | 'gcp'>): GoogleRepository | undefined => {
  const at = repositoryOf(image?.repository ?? '');
  if (!at || !(isGoogleRegistry(at.host) || at.host === gcp.registry)) return undefined;
  const [project = '', ...rest] = at.name.split('/');
  const multi = MULTI_REGIONS[at.host];
  if (multi !== undefined) return { project, location: multi, repository: at.host, image: rest.join('/') };
  const [repository = '', ...names] = rest;
  const location = at.host.endsWith(DOCKER_HOST) ? at.host.slice(0, -DOCKER_HOST.length) : gcp.region;
  return { project, location, repository, image: names.join('/') };
};

const DOCKER_HOST = registryHost('');

/** What Terraform makes and changes nobody else does: its next plan would undo it. */
export const mustBeDirect = ({ gcp: { infrastructure } }: Pick<Config, 'gcp'>, doing: string): void => {
  if (infrastructure === 'direct') return;
  throw new BytechatError({
    code: 'usage',
    message: `Terraform ${doing}`,
    because: 'gcp.infrastructure is terraform',
    fix: 'bytechat deploy --target gcp applies its folder, and so do bytechat terraform apply and terraform destroy',
  });
};
