import { clusterOf } from '../config/cluster.ts';
import type { Config, Gcp } from '../config/config.ts';
import { gkeRef, projectIn } from '../config/gcp.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { type GkeFact, gke, tenants } from '../core/facts/google.ts';
import { isUp, noCluster } from '../core/gke-problem.ts';
import { GOOGLE_LABELS } from '../core/google.ts';
import type { JsonObject } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { Change, Step } from '../core/step.ts';

const describe = ({ cluster: { mode, machine, nodes, spot } }: Gcp): string =>
  mode === 'autopilot' ? 'Autopilot' : `Standard, ${nodes.min} to ${nodes.max} × ${machine}${spot ? ', spot' : ''}`;

/** Asks for the cluster, which takes minutes: whoever has other work does it before `waitForCluster`. */
export const askForCluster = (config: Config, facts: Facts): Step[] => {
  if (need(gke, facts)) return [];
  const { gcp } = config;
  const ref = gkeRef(config);
  const { mode, channel, machine, spot, disk, nodes } = gcp.cluster;
  const standard = mode === 'standard' ? { machine, spot, disk, nodes } : {};
  return [
    {
      id: 'cluster',
      title: `Ask for the cluster ${ref.cluster}`,
      needs: [gke.name],
      changes: [
        {
          action: 'create',
          what: `cluster ${ref.cluster} in ${ref.location} (${describe(gcp)})`,
          because: 'there is none',
        },
      ],
      actions: [call('gke', 'create', { ...ref, mode, channel, ...standard, labels: { ...GOOGLE_LABELS } }, 'cluster')],
    },
  ];
};

/** Until it runs. What was asked for by a run that is gone is waited for as well. */
export const waitForCluster = (config: Config, facts: Facts): Step[] => {
  const found = need(gke, facts);
  if (isUp(found)) return [];
  const operation = found ? found.operation : { $value: 'cluster.operation' };
  return [
    {
      id: 'ready',
      title: `Wait for the cluster ${gkeRef(config).cluster}`,
      needs: [],
      tells: true,
      changes: found
        ? [{ action: 'change', what: `cluster ${found.name}`, because: 'it is being made since an earlier run' }]
        : [],
      actions: [call('gke', 'wait', { ...gkeRef(config), ...(operation !== '' && { operation }) })],
    },
  ];
};

/** Empties it first: what its controllers made outside of it, balancers and disks, would stay and cost on. */
export const emptyCluster = (config: Config, facts: Facts): Step[] => {
  const found = need(gke, facts);
  const namespaces = need(tenants, facts);
  if (!isUp(found) || namespaces.length === 0) return [];
  return [
    {
      id: 'empty',
      title: 'Remove what runs in it',
      needs: [tenants.name],
      tells: true,
      changes: namespaces.map(
        (name): Change => ({ action: 'delete', what: `namespace ${name}, with all that is in it` }),
      ),
      actions: [call('kube', 'clear', { ...clusterOf(config), namespaces })],
    },
  ];
};

/** Deletes it, and waits until it is gone; one that somebody is deleting already is only waited for. */
export const deleteCluster = (config: Config, facts: Facts): Step[] => {
  const found = need(gke, facts);
  if (!found) return [];
  const ref = gkeRef(config);
  const isGoing = found.status === 'STOPPING';
  return [
    {
      id: 'cluster',
      title: `Delete the cluster ${ref.cluster}`,
      needs: [gke.name],
      tells: true,
      changes: [{ action: 'delete', what: `cluster ${ref.cluster} in ${ref.location}` }],
      actions: [
        ...(isGoing ? [] : [call('gke', 'delete', ref, 'cluster')]),
        call('gke', 'wait', {
          ...ref,
          ...(!isGoing && { operation: { $value: 'cluster.operation' } }),
        }),
      ],
    },
  ];
};

/** Says at the end what is left there and still costs. It only looks. */
export const tellRemains = (config: Config): Step => ({
  id: 'remains',
  title: 'See what is left, and still costs',
  needs: [],
  changes: [],
  actions: [
    call('gcp', 'remains', {
      project: projectIn(config),
      region: config.gcp.region,
      clusters: [config.gcp.cluster.name],
      namespace: config.kubernetes.namespace,
    }),
  ],
});

/** For whoever cannot do without it. */
export const demandCluster = (config: Pick<Config, 'gcp'>): never => {
  throw new BytechatError(noCluster(gkeRef(config)));
};

const poolOf = ({ pools }: GkeFact) => pools.find(({ name }) => name === 'default') ?? pools[0];

/** What differs from the config, of what can be changed while it runs. */
export const updateCluster = (config: Config, found: GkeFact, nodes: number | undefined): Step[] => {
  const { channel, nodes: wanted } = config.gcp.cluster;
  const pool = found.mode === 'standard' ? poolOf(found) : undefined;
  if (nodes !== undefined && !pool) throw new BytechatError(noNodes(found));
  const differs = pool && (pool.min !== wanted.min || pool.max !== wanted.max);
  const all: readonly (Change & { readonly id: string; readonly asks: JsonObject })[] = [
    ...(found.channel === channel
      ? []
      : [{ id: 'channel', ...changed('channel', found.channel, channel), asks: { channel } }]),
    ...(differs
      ? [{ id: 'nodes', ...changed('nodes', range(pool), range(wanted)), asks: { pool: pool.name, nodes: wanted } }]
      : []),
    ...(pool && nodes !== undefined && nodes !== pool.nodes
      ? [
          {
            id: 'size',
            ...changed('nodes now', String(pool.nodes), String(nodes)),
            asks: { pool: pool.name, size: nodes },
          },
        ]
      : []),
  ];
  return all.map(({ id, asks, ...change }) => ({
    id,
    title: `Change ${change.what}`,
    needs: [gke.name],
    tells: true,
    changes: [change],
    actions: [
      call('gke', 'update', { ...gkeRef(config), ...asks }, 'update'),
      call('gke', 'wait', { ...gkeRef(config), operation: { $value: 'update.operation' } }),
    ],
  }));
};

const changed = (what: string, from: string, to: string): Change => ({
  action: 'change',
  what: `${what} of the cluster`,
  because: `${from || 'none'} → ${to}`,
});

const range = ({ min, max }: { readonly min: number; readonly max: number }): string => `${min}–${max}`;

const noNodes = ({ name }: GkeFact): Problem => ({
  code: 'usage',
  message: `${name} is an Autopilot cluster, which has no nodes to count`,
  because: 'Google makes them as the pods need them',
  fix: 'leave --nodes out; kubernetes.replicas says how many pods there are',
});
