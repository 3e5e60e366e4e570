import type { GkeFact } from '../../core/facts/google.ts';
import { consoleOf, mustBeOurs, noCluster } from '../../core/gke-problem.ts';
import { type GkeRef, gkeName } from '../../core/google.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { pollOf } from '../google/poll.ts';
import { isRefusal, orNull } from '../google/problems.ts';
import { type Begun, begun } from './create.ts';
import { describe, type IOperation, runningOperation } from './describe.ts';
import { type Gke, poolName, type Work } from './session.ts';
import { untilOver } from './wait.ts';

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
  for (;;) {
    const found = await own(wanted, 'change', gke);
    if (!found) throw new BytechatError(noCluster(wanted));
    const ask = changeOf(wanted, found);
    if (!ask) return begun('', 'nothing to change');
    const change = () => gke.ask(`change the cluster ${wanted.cluster}`, ask);
    const operation = await whenQuiet(change, { ref: wanted, busy: found.operation }, gke);
    if (operation) return begun(operation.name);
  }
};

interface Cluster {
  readonly ref: GkeRef;
  /** The operation that is at work on it; or empty. */
  readonly busy: string;
}

/**
 * Google begins nothing with a cluster that it is at work on: that is waited for. Undefined when somebody else has begun
 * something first: then it is to be looked at again.
 */
const whenQuiet = async (
  change: () => Promise<IOperation>,
  { ref, busy }: Cluster,
  gke: Gke,
): Promise<IOperation | undefined> => {
  if (busy !== '') await untilOver(busy, ref, gke);
  try {
    return await change();
  } catch (error) {
    const isBusy = isRefusal(error, 'FAILED_PRECONDITION') && (await runningOperation(ref, gke)) !== undefined;
    if (!isBusy) throw error;
    await gke.timing.pause(pollOf(gke.timing), gke.options.signal);
    return undefined;
  }
};

const changeOf = (wanted: Update, found: GkeFact): Work<IOperation> | undefined => {
  const { channel, nodes, size } = wanted;
  if (found.mode === 'autopilot' && (nodes ?? size) !== undefined) throw new BytechatError(noNodes(wanted));
  const name = poolName(wanted, wanted.pool ?? found.pools[0]?.name ?? '');
  if (channel !== undefined) {
    const desiredReleaseChannel = { channel: channel.toUpperCase() as 'REGULAR' };
    const request = { name: gkeName(wanted), update: { desiredReleaseChannel } };
    return (client, options) => client.updateCluster(request, options);
  }
  if (nodes !== undefined) {
    const autoscaling = { enabled: true, minNodeCount: nodes.min, maxNodeCount: nodes.max };
    return (client, options) => client.setNodePoolAutoscaling({ name, autoscaling }, options);
  }
  if (size === undefined) return undefined;
  return (client, options) => client.setNodePoolSize({ name, nodeCount: size }, options);
};

const GONE = 'it was gone already';

/** Begins to delete it. What is gone already is as it should be, and what is being deleted is not deleted twice. */
export const remove = async (ref: GkeRef, gke: Gke): Promise<Begun> => {
  for (;;) {
    const found = await own(ref, 'delete', gke);
    if (!found) return begun('', GONE);
    if (found.status === 'STOPPING') return begun(found.operation, 'it is being deleted already');
    const change = () =>
      gke.ask(`delete the cluster ${ref.cluster}`, (client, options) =>
        client.deleteCluster({ name: gkeName(ref) }, options),
      );
    const operation = await orNull(whenQuiet(change, { ref, busy: found.operation }, gke));
    if (operation !== undefined) return operation ? begun(operation.name) : begun('', GONE);
  }
};

/** Null when there is none; one that is somebody else's is not touched. */
const own = async (ref: GkeRef, doing: string, gke: Gke): Promise<GkeFact | null> => {
  const found = await describe(ref, gke);
  if (found) mustBeOurs(found, doing);
  return found;
};

const noNodes = (ref: GkeRef): Problem => ({
  code: 'invalid-value',
  message: `The cluster ${ref.cluster} is an Autopilot cluster, whose nodes Google runs`,
  because: 'it has as many as its pods need, and no pool that could be given a size or limits',
  fix: `change what the pods ask for instead; ${consoleOf(ref)} shows it`,
});
