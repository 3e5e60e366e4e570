import type { LiveFact, PodsFact } from '../../core/facts/cluster.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { INSTALLED_KINDS, type Resource } from '../../core/kinds.ts';
import { isWorkload, type KubeObject, OWN, objectKey, ownSelector } from '../../core/kube.ts';
import { helmOfApp } from './helm.ts';
import { collection, OWN_RESOURCES, pathOf } from './kinds.ts';
import { isReady } from './pods.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

/** What is looked for: everything of one app. */
export interface Looking {
  readonly namespace: string;
  readonly name: string;
  /** It has, or had, a way in by kinds that somebody has to install. */
  readonly edge?: boolean;
}

interface Seen {
  readonly namespace: 'ours' | 'theirs' | 'none';
  readonly live: LiveFact;
  readonly pods: PodsFact;
}

/** Everything that is there of an app, and how its pods are. Only reads. */
export const look = async (at: Looking, session: KubeSession): Promise<Seen> => {
  const [namespace, { helm, isTaken }, pods, ...lists] = await Promise.all([
    namespaceOf(at, session),
    helmOfApp(at, session),
    listIn({ path: `/api/v1/namespaces/${at.namespace}/pods`, what: 'pods' }, at, session),
    ...[...OWN_RESOURCES, ...(at.edge ? INSTALLED_KINDS : [])].map(resource => listOf(resource, at, session)),
  ]);
  const objects = lists.flatMap(({ items }) => items);
  const workload = objects.find(isWorkload);
  return {
    namespace,
    live: {
      objects: objects.map(asWanted),
      settled: workload !== undefined && isSettled(workload),
      taken: [...(await takenNames(at, objects, session)), ...(isTaken ? [`The Helm release ${at.name}`] : [])],
      denied: [pods, ...lists].flatMap(({ denied }) => denied),
      helm: helm as LiveFact['helm'],
    },
    pods: podsOf(pods.items, workload, objects),
  };
};

const namespaceOf = async ({ namespace }: Looking, session: KubeSession): Promise<Seen['namespace']> => {
  const answer = await session.ask({ path: `/api/v1/namespaces/${namespace}` });
  // Who may not read namespaces may still work in this one.
  if (answer.status === 403) return 'theirs';
  if (answer.status === 404) return 'none';
  const { metadata } = good<KubeObject>(answer, `read the namespace ${namespace}`);
  return metadata.labels?.[OWN.app] === undefined ? 'theirs' : 'ours';
};

interface Listed {
  readonly items: readonly KubeObject[];
  /** What we may not do, when that is why there are none. */
  readonly denied: readonly string[];
}

const listOf = async (resource: Resource, at: Looking, session: KubeSession): Promise<Listed> => {
  const { apiVersion, kind, plural } = resource;
  const { items, denied } = await listIn({ path: collection(resource, at.namespace), what: plural }, at, session);
  return { items: items.map(item => ({ ...item, apiVersion, kind })), denied };
};

interface List {
  readonly path: string;
  readonly what: string;
}

const listIn = async ({ path, what }: List, at: Looking, session: KubeSession): Promise<Listed> => {
  const answer = await session.ask({ path: `${path}?labelSelector=${encodeURIComponent(ownSelector(at.name))}` });
  if (answer.status === 403) return { items: [], denied: [`list ${what}`] };
  // A kind that the cluster does not know has no objects.
  if (answer.status === 404) return { items: [], denied: [] };
  return { items: good<{ items: KubeObject[] }>(answer, `list ${what} in ${at.namespace}`).items, denied: [] };
};

/** What changes by itself is no reason for anybody to think that the world has moved. */
export const asWanted = ({ status: _status, metadata, ...object }: KubeObject): KubeObject => {
  const { name, namespace, labels, annotations } = metadata;
  const kept = object.kind === 'Secret' ? withoutValues(object) : object;
  return { ...kept, metadata: { name, namespace, labels, annotations } } as KubeObject;
};

const withoutValues = ({ data, ...secret }: JsonObject): JsonObject => ({
  ...secret,
  data: Object.fromEntries(Object.keys((data ?? {}) as JsonObject).map((key): [string, Json] => [key, '***'])),
});

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** The controller has seen what was asked for, and there is nothing but that. */
const isSettled = ({ spec, status, metadata }: KubeObject): boolean => {
  const { replicas: wanted = 1 } = (spec ?? {}) as { replicas?: number };
  const {
    observedGeneration = 0,
    replicas,
    updatedReplicas,
    readyReplicas,
    availableReplicas,
  } = (status ?? {}) as Counts;
  const counts = [replicas, updatedReplicas, readyReplicas, availableReplicas];
  return observedGeneration >= Number(metadata.generation) && counts.every(count => count === wanted);
};

/** Only of what a first deploy would make: later ones find their own. */
const takenNames = async ({ namespace, name }: Looking, objects: readonly KubeObject[], session: KubeSession) => {
  if (objects.some(isWorkload)) return [];
  const kinds = OWN_RESOURCES.filter(({ kind }) =>
    ['Service', 'Deployment', 'StatefulSet', 'ServiceAccount'].includes(kind),
  );
  const found = await Promise.all(
    kinds.map(async ({ apiVersion, kind }) => {
      const object = { apiVersion, kind, metadata: { name } };
      const { status, body } = await session.ask({ path: await pathOf(object, namespace, session) });
      const isOurs = status === 200 && (body as KubeObject).metadata.labels?.[OWN.app] === name;
      return status === 200 && !isOurs ? [objectKey(object)] : [];
    }),
  );
  return found.flat();
};

interface PodStatus {
  readonly startTime?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly containerStatuses?: readonly { readonly restartCount: number }[];
}

const podsOf = (
  pods: readonly KubeObject[],
  workload: KubeObject | undefined,
  objects: readonly KubeObject[],
): PodsFact => {
  const ready = pods.filter(isReady);
  const { replicas = workload ? 1 : 0 } = (workload?.spec ?? {}) as { replicas?: number };
  const statuses = pods.map(statusOf);
  return {
    ready: ready.length,
    wanted: replicas,
    restarts: statuses
      .flatMap(({ containerStatuses = [] }) => containerStatuses)
      .reduce((sum, { restartCount }) => sum + restartCount, 0),
    since:
      ready
        .map(pod => statusOf(pod).startTime ?? '')
        .sort()
        .at(-1) ?? '',
    pod: ready[0]?.metadata.name ?? '',
    address: addressOf(objects),
  };
};

const statusOf = ({ status }: KubeObject): PodStatus => (status ?? {}) as PodStatus;

interface Balanced {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

const addressOf = (objects: readonly KubeObject[]): string => {
  const [first] = objects.flatMap(({ status }) => ((status ?? {}) as Balanced).loadBalancer?.ingress ?? []);
  return first?.hostname ?? first?.ip ?? '';
};
