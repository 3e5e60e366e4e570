import { GOOGLE_LABELS } from '../../core/google.ts';
import { listRepositories, openArtifacts } from '../artifacts/session.ts';
import { list } from '../gke/describe.ts';
import { openGke } from '../gke/session.ts';
import { orWhenOff } from '../google/problems.ts';
import { itemsOf, type Thing } from './compute.ts';
import type { Gcp } from './session.ts';

/** What the project still has that costs: of ours, and of clusters that were ours. */
export interface Remains {
  readonly clusters: readonly string[];
  readonly disks: readonly { readonly name: string; readonly zone: string; readonly sizeGb: number }[];
  readonly balancers: readonly string[];
  readonly addresses: readonly string[];
  readonly repositories: readonly { readonly name: string; readonly sizeBytes: number }[];
  /** All of it in words. */
  readonly detail: string;
}

interface Asked {
  readonly project: string;
  readonly region: string;
  /** Names of clusters that were ours and may be gone: what they made is ours too. */
  readonly clusters?: readonly string[];
  /** The namespace of the app: what Kubernetes made for it, and says so, is ours too. */
  readonly namespace?: string;
  /** Where repositories are looked for, beside the region. */
  readonly locations?: readonly string[];
}

/** All that still costs and is ours, or was made by a cluster of ours. An API that is off has nothing. */
export const lookAtRemains = async (asked: Asked, gcp: Gcp): Promise<Remains> => {
  const gke = openGke(gcp.project, gcp.options, gcp.timing);
  const clusters = (await orWhenOff(list(gke), [])).filter(({ ours }) => ours);
  const isOurs = belongsTo([...(asked.clusters ?? []), ...clusters.map(({ name }) => name)], asked.namespace);
  const [disks, rules, addresses, repositories] = await Promise.all([
    itemsOf('disks', gcp),
    itemsOf('forwardingRules', gcp),
    itemsOf('addresses', gcp),
    repositoriesIn(asked, gcp),
  ]);
  const left = {
    clusters: clusters.map(({ name, location }) => `${location}/${name}`),
    disks: disks.filter(isOurs).map(({ name, place, sizeGb }) => ({ name, zone: place, sizeGb: Number(sizeGb ?? 0) })),
    balancers: rules.filter(isOurs).map(nameOf),
    addresses: addresses.filter(isOurs).map(nameOf),
    repositories,
  };
  return { ...left, detail: told(left) };
};

/** For people: what costs, or that nothing of ours does. */
const told = ({ clusters, disks, balancers, addresses, repositories }: Omit<Remains, 'detail'>): string => {
  const all = [
    ...clusters.map(name => `the cluster ${name}`),
    ...disks.map(({ name, sizeGb }) => `the disk ${name} of ${sizeGb} GB`),
    ...balancers.map(name => `the balancer ${name}`),
    ...addresses.map(name => `the address ${name}`),
    ...repositories.map(({ name, sizeBytes }) => `the images in ${name}, ${(sizeBytes / 1e6).toFixed(0)} MB`),
  ];
  return all.length === 0 ? 'nothing of ours is left' : all.join('; ');
};

const nameOf = ({ name, place }: Thing): string => `${place}/${name}`;

/**
 * Clusters of now label what they make with their name, and with their own labels. Older ones have it in the name of the
 * disk, and what Kubernetes made for a claim or a Service is told in the description, as JSON.
 */
const belongsTo =
  (clusters: readonly string[], namespace: string | undefined) =>
  ({ name, labels = {}, description = '' }: Thing): boolean => {
    if (Object.entries(GOOGLE_LABELS).every(([key, value]) => labels[key] === value)) return true;
    const cluster = labels['goog-k8s-cluster-name'];
    if (cluster !== undefined) return clusters.includes(cluster);
    if (clusters.some(each => name.startsWith(`gke-${each}-`))) return true;
    return namespace !== undefined && namespacesIn(description).includes(namespace);
  };

/** `{"kubernetes.io/created-for/pvc/namespace":"shop"}`, `{"kubernetes.io/service-name":"shop/web"}` */
const namespacesIn = (description: string): string[] => {
  try {
    const told = Object(JSON.parse(description)) as Record<string, unknown>;
    const [ofService = ''] = String(told['kubernetes.io/service-name'] ?? '').split('/');
    return [String(told['kubernetes.io/created-for/pvc/namespace'] ?? ''), ofService].filter(each => each !== '');
  } catch {
    return [];
  }
};

const repositoriesIn = async ({ region, locations = [] }: Asked, gcp: Gcp): Promise<Remains['repositories']> => {
  const artifacts = openArtifacts(gcp.project, gcp.options, gcp.timing);
  const places = [...new Set([region, ...locations])];
  const all = await Promise.all(places.map(location => orWhenOff(listRepositories(location, artifacts), [])));
  return all
    .flat()
    .filter(({ ours }) => ours)
    .map(({ name, location, sizeBytes }) => ({ name: `${location}/${name}`, sizeBytes }));
};
