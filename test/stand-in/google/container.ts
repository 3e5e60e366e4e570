import { randomBytes } from 'node:crypto';
import { startLens } from './lens.ts';
import { refuse } from './refusal.ts';
import { admit, type World } from './world.ts';

type Cluster = Record<string, unknown>;
type Request = Record<string, never>;
type Handler = (request: Request) => object | Promise<object>;

interface Running {
  readonly operation: Record<string, unknown> & { readonly name: string };
  readonly cluster: string;
  left: number;
  readonly onDone: () => void;
}

const VERSION = '1.33.5-gke.1201000';
/** As Google counts a creation. */
const STAGES = ['CONFIGURING', 'DEPLOYING', 'HEALTHCHECKING'];

/** google.container.v1.ClusterManager. Operations go on as they are asked for, and only then. */
export const container = (world: World): Readonly<Record<string, Handler>> => {
  const { clusters } = world;
  const running = new Map<string, Running>();

  const may = (name: string, permission: string) =>
    admit(world, { project: name.split('/')[1] ?? '', api: 'container', permission: `container.${permission}` });

  const find = (name: string): Cluster => clusters.get(name) ?? refuse('NOT_FOUND', `Not found: ${name}.`);

  const isQuiet = (cluster: string): void => {
    const busy = [...running.values()].find(each => each.cluster === cluster && each.operation.status !== 'DONE');
    if (busy)
      refuse('FAILED_PRECONDITION', `Cluster is running incompatible operation ${busy.operation.name}.`, {
        reason: 'CLUSTER_ALREADY_HAS_OPERATION',
      });
  };

  const begin = (operationType: string, cluster: string, onDone: () => void) => {
    const name = `operation-${Date.now()}-${randomBytes(4).toString('hex')}`;
    const targetLink = `https://container.googleapis.com/v1/${cluster}`;
    const startTime = new Date().toISOString();
    const operation = {
      name,
      operationType,
      targetLink,
      status: 'RUNNING',
      startTime,
      location: cluster.split('/')[3],
    };
    running.set(name, { operation, cluster, left: world.polls, onDone });
    return operation;
  };

  const begun = ({ operation, left }: Running): void => {
    const done = Math.max(0, world.polls - left);
    const metrics = STAGES.flatMap((stage, index) => [
      { name: `CLUSTER_${stage}`, intValue: Math.min(4, Math.max(0, done * 4 - index * 4)) },
      { name: `CLUSTER_${stage}_TOTAL`, intValue: 4 },
    ]);
    Object.assign(operation, { progress: { metrics } });
  };

  const end = ({ operation, cluster, onDone }: Running): void => {
    Object.assign(operation, { status: 'DONE', endTime: new Date().toISOString() });
    const ending = world.endings.get(String(operation.operationType));
    if (!ending) {
      onDone();
      return;
    }
    const { code, message, conditions = [] } = ending;
    Object.assign(operation, { error: { code, message }, statusMessage: message, clusterConditions: conditions });
    const broken = clusters.get(cluster);
    if (broken) Object.assign(broken, { status: 'ERROR', statusMessage: message, conditions });
  };

  const changed = (name: string, status: string, type: string, change: () => void) => {
    const own = name.split('/nodePools/')[0] ?? '';
    const cluster = find(own);
    isQuiet(own);
    Object.assign(cluster, { status });
    return begin(type, own, () => {
      Object.assign(cluster, { status: 'RUNNING' });
      change();
    });
  };

  const poolOf = (name: string): Record<string, unknown> => {
    const [own = '', pool] = name.split('/nodePools/');
    const { nodePools } = find(own) as { nodePools: Record<string, unknown>[] };
    return nodePools.find(each => each.name === pool) ?? refuse('NOT_FOUND', `Not found: ${name}.`);
  };

  return {
    createCluster: async ({ parent, cluster }: { parent: string; cluster: Cluster }) => {
      may(parent, 'clusters.create');
      const location = parent.split('/')[3] ?? '';
      if (!world.regions.has(location.replace(/-[a-z]$/, '')))
        refuse('INVALID_ARGUMENT', `Location "${location}" does not exist.`);
      const name = `${parent}/clusters/${cluster.name}`;
      if (clusters.has(name)) refuse('ALREADY_EXISTS', `Already exists: ${name}.`);
      clusters.set(name, madeOf(cluster, location, world));
      if (world.upstream) world.lenses.set(name, await startLens(world.upstream));
      return begin('CREATE_CLUSTER', name, () => Object.assign(find(name), { status: 'RUNNING' }, reach(name, world)));
    },
    getCluster: ({ name }: { name: string }) => {
      may(name, 'clusters.get');
      return find(name);
    },
    listClusters: ({ parent }: { parent: string }) => {
      may(parent, 'clusters.list');
      return { clusters: [...clusters].filter(([name]) => name.startsWith(prefixOf(parent))).map(([, each]) => each) };
    },
    deleteCluster: ({ name }: { name: string }) => {
      may(name, 'clusters.delete');
      isQuiet(name);
      Object.assign(find(name), { status: 'STOPPING' });
      return begin('DELETE_CLUSTER', name, () => {
        clusters.delete(name);
        void world.lenses.get(name)?.close();
        world.lenses.delete(name);
      });
    },
    updateCluster: ({ name, update }: { name: string; update: { desiredReleaseChannel?: unknown } }) => {
      may(name, 'clusters.update');
      const change = { ...(update.desiredReleaseChannel != null && { releaseChannel: update.desiredReleaseChannel }) };
      return changed(name, 'RECONCILING', 'UPDATE_CLUSTER', () => Object.assign(find(name), change));
    },
    setNodePoolSize: ({ name, nodeCount }: { name: string; nodeCount: number }) => {
      may(name, 'clusters.update');
      const pool = poolOf(name);
      return changed(name, 'RECONCILING', 'SET_NODE_POOL_SIZE', () => {
        Object.assign(pool, { initialNodeCount: nodeCount });
        Object.assign(find(name.split('/nodePools/')[0] ?? ''), { currentNodeCount: nodeCount });
      });
    },
    setNodePoolAutoscaling: ({ name, autoscaling }: { name: string; autoscaling: object }) => {
      may(name, 'clusters.update');
      const pool = poolOf(name);
      return changed(name, 'RECONCILING', 'UPDATE_CLUSTER', () => Object.assign(pool, { autoscaling }));
    },
    listOperations: ({ parent }: { parent: string }) => {
      may(parent, 'operations.list');
      const own = [...running.values()].filter(({ cluster }) => cluster.startsWith(prefixOf(parent)));
      return { operations: own.map(({ operation }) => operation) };
    },
    getOperation: ({ name }: { name: string }) => {
      may(name, 'operations.get');
      const found = running.get(name.split('/').pop() ?? '') ?? refuse('NOT_FOUND', `Not found: ${name}.`);
      if (found.operation.status === 'DONE') return found.operation;
      found.left -= 1;
      begun(found);
      if (found.left <= 0) end(found);
      return found.operation;
    },
  } as unknown as Readonly<Record<string, Handler>>;
};

/** `projects/demo/locations/-` stands for all of its places. */
const prefixOf = (parent: string): string => parent.replace(/\/locations\/-$/, '/locations/').replace(/([^/])$/, '$1/');

const madeOf = (cluster: Cluster, location: string, world: World): Cluster => {
  const { nodePools = [] } = cluster as { nodePools?: { initialNodeCount: number }[] };
  return {
    ...cluster,
    location,
    status: 'PROVISIONING',
    createTime: new Date().toISOString(),
    currentMasterVersion: VERSION,
    currentNodeCount: nodePools.reduce((sum, { initialNodeCount }) => sum + initialNodeCount, 0),
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: world.dnsEndpoint, allowExternalTraffic: true } },
  };
};

/** `host:port`, where Google has an address alone. */
const reach = (name: string, { lenses }: World): Cluster => {
  const { endpoint = '203.0.113.10', ca = 'CA' } = lenses.get(name) ?? {};
  return { endpoint, masterAuth: { clusterCaCertificate: Buffer.from(ca).toString('base64') } };
};
