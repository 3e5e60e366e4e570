import { artifactRegistry } from '../google/artifacts.ts';
import { container } from '../google/container.ts';
import { Refusal } from '../google/refusal.ts';
import { fullName, type World } from '../google/world.ts';
import { schema } from './schema.ts';
import { mapValues, type Values } from './values.ts';

/** What the provider and bytechat both change: one cloud, whoever asks. */
export interface Behind {
  /** The id that Google gives it; undefined for a type that only the provider knows. */
  idOf(type: string, values: Values): string | undefined;
  make(type: string, id: string, values: Values): Promise<void>;
  change(type: string, id: string, values: Values): Promise<void>;
  remove(type: string, id: string): Promise<void>;
  /** As it is now, laid over what the provider knows of it; undefined when it is gone. */
  read(type: string, id: string, known: Values): Values | undefined;
  /** What somebody else has made, by what an import calls it; undefined when there is none. */
  imported(type: string, id: string): Values | undefined;
}

type Cluster = Record<string, unknown>;
type Handlers = Readonly<Record<string, (request: never) => object | Promise<object>>>;

const text = (values: Values, name: string): string => String(values[name] ?? '');
const block = (values: Values, name: string): Values | undefined => (values[name] as Values[] | undefined)?.[0];

/** Every attribute and block of a type, with nothing in it but this. */
const filled = (type: string, values: Values): Values =>
  mapValues(values, schema.resources[type] ?? {}, value => value);

const isOn = (world: World, id: string): boolean => {
  const [project = '', service = ''] = id.split('/');
  return world.projects.get(project)?.apis.has(fullName(service)) ?? false;
};

export const behind = (world: World): Behind => {
  const gke = container(world) as unknown as Handlers;
  const { service: registry, operations } = artifactRegistry(world, undefined);

  const call = async (handlers: Handlers, method: string, request: object): Promise<Record<string, unknown>> => {
    const isMutating = !method.startsWith('get');
    const record = (status: string): void => void world.calls.push({ method, request, isMutating, status });
    try {
      const answer = await handlers[method]?.(request as never);
      record('OK');
      return answer as Record<string, unknown>;
    } catch (error) {
      record(error instanceof Refusal ? error.refused.status : 'INTERNAL');
      throw error;
    }
  };

  const settle = async (cluster: string, begun: Record<string, unknown>): Promise<void> => {
    const name = `${cluster.split('/clusters/')[0]}/operations/${begun.name}`;
    for (let now = begun; now.status !== 'DONE'; now = await call(gke, 'getOperation', { name }));
  };
  const over = async (begun: Record<string, unknown>): Promise<void> => {
    for (let now = begun; now.done !== true; now = await call(operations, 'getOperation', { name: begun.name }));
  };

  const poolsOf = (id: string): Cluster[] | undefined =>
    world.clusters.get(id.split('/nodePools/')[0] ?? '')?.nodePools as Cluster[] | undefined;
  const poolOf = (id: string): Cluster | undefined =>
    poolsOf(id)?.find(({ name }) => name === id.split('/nodePools/')[1]);

  const kinds: Readonly<Record<string, Behind>> = {
    google_project_service: {
      idOf: (_type, values) => `${text(values, 'project')}/${text(values, 'service')}`,
      make: async (_type, id) => void world.projects.get(id.split('/')[0] ?? '')?.apis.add(id.split('/')[1] ?? ''),
      change: async () => {},
      remove: async () => {},
      read: (_type, id, known) => (isOn(world, id) ? known : undefined),
      imported: (type, id) =>
        isOn(world, id) ? filled(type, { id, project: id.split('/')[0]!, service: id.split('/')[1]! }) : undefined,
    },
    google_container_cluster: {
      idOf: (_type, values) =>
        `projects/${text(values, 'project')}/locations/${text(values, 'location')}/clusters/${text(values, 'name')}`,
      make: async (_type, id, values) =>
        settle(
          id,
          await call(gke, 'createCluster', {
            parent: id.split('/clusters/')[0],
            cluster: { ...clusterFrom(values), nodePools: [] },
          }),
        ),
      change: async (_type, id, values) => void Object.assign(world.clusters.get(id) ?? {}, clusterFrom(values)),
      remove: async (_type, id) => settle(id, await call(gke, 'deleteCluster', { name: id })),
      read(_type, id, known) {
        const found = world.clusters.get(id);
        return found && { ...known, ...labelsOf(found), release_channel: [channelOf(found)] };
      },
      imported(type, id) {
        const found = world.clusters.get(id);
        const [, project = '', , location = '', , name = ''] = id.split('/');
        return found && filled(type, { id, project, location, name, ...designOf(found, project) });
      },
    },
    google_container_node_pool: {
      idOf: (_type, values) =>
        `projects/${text(values, 'project')}/locations/${text(values, 'location')}/clusters/${text(values, 'cluster')}/nodePools/${text(values, 'name')}`,
      make: async (_type, id, values) => {
        poolsOf(id)?.push(poolFrom(values));
        Object.assign(world.clusters.get(id.split('/nodePools/')[0] ?? '') ?? {}, { currentNodeCount: 1 });
      },
      change: async (_type, id, values) => void Object.assign(poolOf(id) ?? {}, poolFrom(values)),
      remove: async (_type, id) => {
        const pools = poolsOf(id);
        pools?.splice(pools.indexOf(poolOf(id) ?? {}), 1);
      },
      read: (_type, id, known) => (poolOf(id) ? known : undefined),
      imported(type, id) {
        const [project = '', location = '', cluster = '', name = ''] = id.split('/');
        const full = `projects/${project}/locations/${location}/clusters/${cluster}/nodePools/${name}`;
        const found = poolOf(full);
        return found && filled(type, { id: full, project, location, cluster, name, ...poolDesign(found) });
      },
    },
    google_artifact_registry_repository: {
      idOf: (_type, values) =>
        `projects/${text(values, 'project')}/locations/${text(values, 'location')}/repositories/${text(values, 'repository_id')}`,
      make: async (_type, id, values) => {
        const [parent, repositoryId] = id.split('/repositories/');
        await over(
          await call(registry, 'createRepository', { parent, repositoryId, repository: repositoryFrom(values) }),
        );
      },
      change: async (_type, id, values) => void Object.assign(world.repositories.get(id) ?? {}, repositoryFrom(values)),
      remove: async (_type, id) => over(await call(registry, 'deleteRepository', { name: id })),
      read: (_type, id, known) => (world.repositories.has(id) ? known : undefined),
      imported(type, id) {
        const found = world.repositories.get(id);
        const [, project = '', , location = '', , name = ''] = id.split('/');
        const known = { id, project, location, repository_id: name, name, format: 'DOCKER' };
        return found && filled(type, { ...known, labels: (found.labels ?? {}) as Values });
      },
    },
  };

  return {
    idOf: (type, values) => kinds[type]?.idOf(type, values),
    make: async (type, id, values) => kinds[type]?.make(type, id, values),
    change: async (type, id, values) => kinds[type]?.change(type, id, values),
    remove: async (type, id) => kinds[type]?.remove(type, id),
    read: (type, id, known) => (kinds[type] ? kinds[type].read(type, id, known) : known),
    imported: (type, id) => kinds[type]?.imported(type, id),
  };
};

const clusterFrom = (values: Values): Cluster => ({
  name: text(values, 'name'),
  resourceLabels: values.resource_labels ?? {},
  releaseChannel: { channel: text(block(values, 'release_channel') ?? {}, 'channel') },
  ...(values.enable_autopilot === true && { autopilot: { enabled: true } }),
});

const labelsOf = ({ resourceLabels }: Cluster): Values => ({ resource_labels: (resourceLabels ?? {}) as Values });
const channelOf = ({ releaseChannel }: Cluster): Values => ({
  channel: String((releaseChannel as { channel?: string } | undefined)?.channel ?? ''),
});

/** Of a cluster that was made without a word about its network: Google's default. */
const designOf = (found: Cluster, project: string): Values => ({
  ...labelsOf(found),
  network: `projects/${project}/global/networks/default`,
  enable_autopilot: (found.autopilot as { enabled?: boolean } | undefined)?.enabled === true ? true : null,
  release_channel: [channelOf(found)],
  ip_allocation_policy: [
    { cluster_secondary_range_name: 'gke-pods-1f2e', services_secondary_range_name: 'gke-services-1f2e' },
  ],
});

const poolFrom = (values: Values): Cluster => {
  const { machine_type: machineType, disk_size_gb: diskSizeGb, spot } = block(values, 'node_config') ?? {};
  const { min_node_count: minNodeCount, max_node_count: maxNodeCount } = block(values, 'autoscaling') ?? {};
  return {
    name: text(values, 'name'),
    initialNodeCount: 1,
    autoscaling: { enabled: true, minNodeCount, maxNodeCount },
    config: { machineType, diskSizeGb, spot: spot === true },
  };
};

/** As Google gives them to a pool of which only its size was said. */
const poolDesign = ({ autoscaling, config }: Cluster): Values => {
  const { minNodeCount = 0, maxNodeCount = 0 } = (autoscaling ?? {}) as Record<string, number>;
  const { machineType = '', diskSizeGb = 0, spot = false } = (config ?? {}) as Record<string, never>;
  return {
    autoscaling: [{ min_node_count: minNodeCount, max_node_count: maxNodeCount }],
    node_config: [
      {
        machine_type: machineType,
        disk_size_gb: diskSizeGb,
        disk_type: 'pd-balanced',
        spot,
        service_account: 'default',
        oauth_scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
        workload_metadata_config: [{ mode: 'GKE_METADATA' }],
      },
    ],
  };
};

const repositoryFrom = (values: Values): Cluster => ({
  format: 'DOCKER',
  labels: values.labels ?? {},
  dockerConfig: { immutableTags: block(values, 'docker_config')?.immutable_tags === true },
});
