import type { protos } from '@google-cloud/container';
import type { GkeFact, GkePool } from '../../core/facts/google.ts';
import { type GkeRef, GOOGLE_LABELS, gkeName } from '../../core/google.ts';
import { orNull, orWhenOff } from '../google/problems.ts';
import { enumName } from '../google/sdk.ts';
import { type Gke, parentOf } from './session.ts';

type ICluster = protos.google.container.v1.ICluster;
type INodePool = protos.google.container.v1.INodePool;
export type IOperation = protos.google.container.v1.IOperation;

const STATUSES = ['', 'PROVISIONING', 'RUNNING', 'RECONCILING', 'STOPPING', 'ERROR', 'DEGRADED'];
const CHANNELS = ['', 'RAPID', 'REGULAR', 'STABLE', 'EXTENDED'];
const OPERATION_STATUSES = ['', 'PENDING', 'RUNNING', 'DONE', 'ABORTING'];

const statusOf = ({ status }: ICluster): string => enumName(status, STATUSES);
export const operationStatus = ({ status }: IOperation): string => enumName(status, OPERATION_STATUSES);

/** Null when there is none of that name. */
export const clusterOf = (ref: GkeRef, gke: Gke, pauses?: readonly number[]): Promise<ICluster | null> =>
  orNull(
    gke.ask(
      `read the cluster ${ref.cluster}`,
      (client, options) => client.getCluster({ name: gkeName(ref) }, options),
      pauses,
    ),
  );

/** In a project where the API is off, there is none. */
export const describe = async (ref: GkeRef, gke: Gke): Promise<GkeFact | null> => {
  const cluster = await orWhenOff(clusterOf(ref, gke), null);
  if (!cluster) return null;
  const running = isBusy(cluster) ? await runningOperation(ref, gke) : undefined;
  return factOf(cluster, running?.name ?? '');
};

/** Everywhere in the project; none where the API is off. */
export const list = async (gke: Gke): Promise<GkeFact[]> => {
  const everywhere = { project: gke.project, location: '-' };
  const asked = gke.ask('list clusters', (client, options) =>
    client.listClusters({ parent: parentOf(everywhere) }, options),
  );
  const found = (await orWhenOff(asked, {})).clusters ?? [];
  const running = found.some(isBusy) ? await runningOperations(everywhere, gke) : [];
  return found.map(one => factOf(one, running.find(operation => isAbout(operation, one))?.name ?? ''));
};

const isBusy = (cluster: ICluster): boolean => ['PROVISIONING', 'RECONCILING', 'STOPPING'].includes(statusOf(cluster));

/** What is being done to it now, the newest first begun. */
export const runningOperation = async (ref: GkeRef, gke: Gke): Promise<IOperation | undefined> => {
  const operations = await runningOperations(ref, gke);
  return operations.find(each => isAbout(each, { name: ref.cluster, location: ref.location }));
};

const runningOperations = async (where: Pick<GkeRef, 'project' | 'location'>, gke: Gke): Promise<IOperation[]> => {
  const { operations } = await gke.ask('list what is being done to clusters', (client, options) =>
    client.listOperations({ parent: parentOf(where) }, options),
  );
  const running = (operations ?? []).filter(each => operationStatus(each) !== 'DONE');
  return running.sort((a, b) => (String(a.startTime) < String(b.startTime) ? 1 : -1));
};

/** Its target is an address: `https://container.googleapis.com/v1/projects/1234/zones/us-central1-b/clusters/shop`. */
const isAbout = ({ targetLink }: IOperation, { name, location }: Pick<ICluster, 'name' | 'location'>): boolean => {
  const parts = String(targetLink).split('/');
  const at = parts.indexOf('clusters');
  return parts[at + 1] === name && parts[at - 1] === location;
};

const isOurs = ({ resourceLabels }: ICluster): boolean =>
  Object.entries(GOOGLE_LABELS).every(([name, value]) => resourceLabels?.[name] === value);

export const factOf = (cluster: ICluster, operation: string): GkeFact => ({
  name: cluster.name ?? '',
  location: cluster.location ?? '',
  status: statusOf(cluster),
  because: wordsOf(cluster),
  mode: cluster.autopilot?.enabled ? 'autopilot' : 'standard',
  channel: enumName(cluster.releaseChannel?.channel, CHANNELS).replace('UNSPECIFIED', '').toLowerCase(),
  version: cluster.currentMasterVersion ?? '',
  ours: isOurs(cluster),
  dnsEndpoint: cluster.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint ?? '',
  endpoint: cluster.endpoint ?? '',
  ca: cluster.masterAuth?.clusterCaCertificate ?? '',
  pools: (cluster.nodePools ?? []).map(pool => poolOf(pool, cluster)),
  operation,
  created: cluster.createTime ?? '',
});

/** What Google says about a cluster that is not as it should be. */
const wordsOf = ({ conditions, statusMessage }: ICluster): string =>
  [...new Set([...(conditions ?? []).map(({ message }) => message ?? ''), statusMessage ?? ''])]
    .filter(words => words !== '')
    .join('; ');

/** The API says how many nodes a pool had at first, and how many the whole cluster has now. */
const poolOf = ({ name, config, autoscaling, initialNodeCount }: INodePool, cluster: ICluster): GkePool => ({
  name: name ?? '',
  machine: config?.machineType ?? '',
  nodes: (cluster.nodePools?.length === 1 && cluster.currentNodeCount) || (initialNodeCount ?? 0),
  min: autoscaling?.enabled ? (autoscaling.minNodeCount ?? 0) : (initialNodeCount ?? 0),
  max: autoscaling?.enabled ? (autoscaling.maxNodeCount ?? 0) : (initialNodeCount ?? 0),
  spot: config?.spot ?? false,
  diskGb: config?.diskSizeGb ?? 0,
});
