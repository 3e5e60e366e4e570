import type { protos } from '@google-cloud/container';
import { type GkeRef, gkeName } from '../../core/google.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { isRefusal } from '../google/problems.ts';
import { type Begun, begun, stranger } from './create.ts';
import { clusterOf, isOurs, runningOperation } from './describe.ts';
import { isDeletion } from './progress.ts';
import { consolePage, type Gke, poolName } from './session.ts';

type ICluster = protos.google.container.v1.ICluster;

export interface Update extends GkeRef {
  readonly channel?: string;
  /** How many nodes each pool scales between; Standard only. */
  readonly nodes?: { readonly min: number; readonly max: number };
  /** How many nodes a pool has now; Standard only. */
  readonly size?: number;
  /** Default: the first. */
  readonly pool?: string;
}

/** Begins one change, the first that is named: Google does one at a time to a cluster. */
export const update = async (wanted: Update, gke: Gke): Promise<Begun> => {
  const cluster = await ownCluster(wanted, gke);
  const { channel, nodes, size } = wanted;
  const isAutopilot = cluster.autopilot?.enabled === true;
  if (isAutopilot && (nodes !== undefined || size !== undefined)) throw new BytechatError(noNodes(wanted));
  const name = poolName(wanted, wanted.pool ?? cluster.nodePools?.[0]?.name ?? '');
  const doing = `change the cluster ${wanted.cluster}`;
  if (channel !== undefined) {
    const desiredReleaseChannel = { channel: channel.toUpperCase() as 'REGULAR' };
    const request = { name: gkeName(wanted), update: { desiredReleaseChannel } };
    return begun((await gke.ask(doing, (client, options) => client.updateCluster(request, options))).name);
  }
  if (nodes !== undefined) {
    const autoscaling = { enabled: true, minNodeCount: nodes.min, maxNodeCount: nodes.max };
    const request = { name, autoscaling };
    return begun((await gke.ask(doing, (client, options) => client.setNodePoolAutoscaling(request, options))).name);
  }
  if (size === undefined) return begun('', 'nothing to change');
  const request = { name, nodeCount: size };
  return begun((await gke.ask(doing, (client, options) => client.setNodePoolSize(request, options))).name);
};

/** Begins to delete it; what is gone already is as it should be, and what is being deleted is not deleted twice. */
export const remove = async (ref: GkeRef, gke: Gke): Promise<Begun> => {
  const cluster = await clusterOf(ref, gke);
  if (!cluster) return begun('', 'it was gone already');
  if (!isOurs(cluster)) throw new BytechatError(stranger(ref));
  try {
    const work = gke.ask(`delete the cluster ${ref.cluster}`, (client, options) =>
      client.deleteCluster({ name: gkeName(ref) }, options),
    );
    return begun((await work).name);
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return begun('', 'it was gone already');
    const running = isRefusal(error, 'FAILED_PRECONDITION') ? await runningOperation(ref, gke) : undefined;
    if (running && isDeletion(running)) return begun(running.name, 'it is being deleted already');
    throw error;
  }
};

const ownCluster = async (ref: GkeRef, gke: Gke): Promise<ICluster> => {
  const cluster = await clusterOf(ref, gke);
  if (!cluster) throw new BytechatError(noCluster(ref));
  if (!isOurs(cluster)) throw new BytechatError(stranger(ref));
  return cluster;
};

const noCluster = ({ project, location, cluster }: GkeRef): Problem => ({
  code: 'no-cluster',
  message: `There is no cluster ${cluster} in ${location}`,
  fix: `bytechat gke create; gcloud container clusters list --project ${project} shows those that are there`,
});

const noNodes = (ref: GkeRef): Problem => ({
  code: 'invalid-value',
  message: `The cluster ${ref.cluster} is an Autopilot cluster, whose nodes Google runs`,
  because: 'it has as many as its pods need, and no pool that could be given a size or limits',
  fix: `change what the pods ask for instead; ${consolePage(ref)} shows it`,
});
