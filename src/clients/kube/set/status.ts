import {
  type ClaimRow,
  calledIn,
  type EventRow,
  idOf,
  type ObjectRef,
  type PodRow,
  refOf,
  type ServiceRow,
  type SetStatusFact,
  type WorkloadRow,
} from '../../../core/facts/kube-set.ts';
import { type KubeObject, ownSelector } from '../../../core/kube.ts';
import type { BooksAt } from '../books/at.ts';
import { collection, OWN_RESOURCES } from '../kinds.ts';
import { good } from '../problems.ts';
import { KINDS, type Kind } from '../rollout/kinds.ts';
import { KNOBS } from '../rollout/knobs.ts';
import { createLooker } from '../rollout/look.ts';
import { containersOf, isInUse, type KubeEvent, type Pod, timeOf, type WorkloadStatus } from '../rollout/objects.ts';
import { progressLine } from '../rollout/progress.ts';
import { isDone, type Sighting } from '../rollout/sighting.ts';
import { type Pending, remember } from '../rollout/verdict.ts';
import type { KubeSession } from '../session.ts';
import { readInventory } from './inventory.ts';
import { liveObject, sideBySide, workloadKind } from './look.ts';
import { selectorsOf } from './pods.ts';

interface Reading {
  readonly at: BooksAt;
  readonly session: KubeSession;
}

/** How everything of a set, or of an app, is now. Only reads. */
export const statusOfSet = async (at: BooksAt, session: KubeSession): Promise<SetStatusFact> => {
  const reading: Reading = { at, session };
  const { refs } = await readInventory(at);
  const [inventoried, labelled] = await Promise.all([
    sideBySide(refs, ref => liveObject(ref, at.namespace, session)),
    labelledObjects(reading),
  ]);
  const id = (object: ObjectRef): string => idOf(object, at.namespace);
  const objects = [
    ...new Map([...inventoried, ...labelled].flatMap(each => (each ? [[id(each), each]] : []))).values(),
  ];
  const looks = await sideBySide(objects.filter(isWatched), object => watched(object, reading));
  const pods = await listPods(selectorsOf(at, refs, objects.filter(isWatched)), session);
  const namespaces = [...new Set([at.namespace, ...pods.map(({ metadata }) => namespaceOf(metadata))])];
  return {
    objects: objects.length,
    missing: refs.filter((_, index) => !inventoried[index]).map(ref => calledIn(ref, at.namespace)),
    workloads: looks.map(({ row }) => row),
    pods: pods.map(pod => podRow(pod, looks)),
    services: objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1').map(serviceRow),
    claims: await claimsOf(objects, pods, reading),
    events: (await sideBySide(namespaces, namespace => warningsIn(namespace, [...objects, ...pods], session)))
      .flat()
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .slice(-LAST_EVENTS),
  };
};

const labelledObjects = async ({ at, session }: Reading): Promise<KubeObject[]> => {
  const query = `labelSelector=${encodeURIComponent(ownSelector(at.name))}`;
  const lists = await Promise.all(
    OWN_RESOURCES.map(async resource => {
      const { apiVersion, kind, plural } = resource;
      const answer = await session.ask({ path: `${collection(resource, at.namespace)}?${query}` });
      // Who may not list one kind is told of the others.
      if (answer.status === 403) return [];
      const { items } = good<{ items: KubeObject[] }>(answer, `list ${plural} in ${at.namespace}`);
      return items.map(item => ({ ...item, apiVersion, kind }));
    }),
  );
  return lists.flat();
};

const isWatched = (object: KubeObject): boolean => workloadKind(object) !== undefined;

interface Watched {
  readonly row: WorkloadRow;
  readonly pending: readonly Pending[];
}

/** One look is no verdict: what is said is what is wrong now, in the words of the classifier. */
const watched = async (object: KubeObject, { at, session }: Reading): Promise<Watched> => {
  const kind = object.kind as Kind;
  const namespace = object.metadata.namespace ?? at.namespace;
  const looker = createLooker({ namespace, kind, name: object.metadata.name }, 0, session);
  const { sighting } = await looker.look({ timeoutMs: 10_000 });
  const pending = remember([], sighting, KNOBS);
  return { row: workloadRow(sighting, { pending, ref: refOf(object), at }), pending };
};

interface About {
  readonly pending: readonly Pending[];
  readonly ref: ObjectRef;
  readonly at: BooksAt;
}

const workloadRow = (sighting: Sighting, { pending, ref, at }: About): WorkloadRow => {
  const { kind, workload } = sighting;
  const { readyReplicas, numberReady, succeeded, updatedReplicas, updatedNumberScheduled }: WorkloadStatus =
    workload.status ?? {};
  const done = isDone(sighting);
  const [first] = [...pending.filter(({ row }) => !row.isGeneral), ...pending];
  return {
    what: calledIn(ref, at.namespace),
    namespace: ref.metadata.namespace ?? at.namespace,
    ready: readyReplicas ?? numberReady ?? succeeded ?? 0,
    wanted: KINDS[kind].wanted(workload),
    updated: updatedReplicas ?? updatedNumberScheduled ?? succeeded ?? 0,
    done,
    said: done ? '' : first ? wordsOf(first) : progressLine(sighting),
  };
};

const wordsOf = ({ problem }: Pending): string =>
  problem.because === undefined ? problem.message : `${problem.message}: ${problem.because}`;

const namespaceOf = (metadata: object): string => String(Reflect.get(metadata, 'namespace') ?? '');

const listPods = async (selectors: ReturnType<typeof selectorsOf>, session: KubeSession): Promise<readonly Pod[]> => {
  const lists = await sideBySide(selectors, async ({ namespace, selector }) => {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    return good<{ items: Pod[] }>(await session.ask({ path }), `list pods in ${namespace}`).items;
  });
  return [...new Map(lists.flat().map(pod => [pod.metadata.uid, pod])).values()];
};

const podRow = (pod: Pod, looks: readonly Watched[]): PodRow => {
  const { metadata, status } = pod;
  const containers = containersOf(pod);
  const why = looks.flatMap(({ pending }) => pending).find(({ subject }) => subject.pod?.metadata.uid === metadata.uid);
  const ready = isInUse(pod) || status?.phase === 'Succeeded';
  const waiting = containers.map(({ status: { state } }) => state?.waiting?.reason ?? '').find(Boolean);
  return {
    name: metadata.name,
    namespace: namespaceOf(metadata),
    phase: metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Unknown') : 'Terminating',
    ready,
    restarts: containers.reduce((sum, container) => sum + container.status.restartCount, 0),
    since: metadata.creationTimestamp ?? '',
    said: ready ? '' : why ? wordsOf(why) : (waiting ?? ''),
  };
};

interface ServiceObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly ports?: readonly { readonly port: number }[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}

const serviceRow = (object: KubeObject): ServiceRow => {
  const { spec = {}, status = {} } = object as unknown as ServiceObject;
  const { type = 'ClusterIP', clusterIP, externalName, ports = [] } = spec;
  const outside = (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => hostname ?? ip ?? []);
  const hosts = [
    ...(clusterIP && clusterIP !== 'None' ? [clusterIP] : []),
    ...(externalName ? [externalName] : []),
    ...outside,
  ];
  return {
    name: object.metadata.name,
    type,
    addresses: hosts.flatMap(host => (ports.length === 0 ? [host] : ports.map(({ port }) => `${host}:${port}`))),
    ready: type !== 'LoadBalancer' || outside.length > 0,
  };
};

/** Those of the set, and those that its pods use. */
const claimsOf = async (
  objects: readonly KubeObject[],
  pods: readonly Pod[],
  { at, session }: Reading,
): Promise<ClaimRow[]> => {
  const isClaim = ({ kind }: KubeObject): boolean => kind === 'PersistentVolumeClaim';
  const names = pods.flatMap(({ metadata, spec }) =>
    (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [{ name: claim.claimName, namespace: namespaceOf(metadata) }] : [],
    ),
  );
  const used = await sideBySide(names, metadata =>
    liveObject({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata }, at.namespace, session),
  );
  const all = [...objects.filter(isClaim), ...used.flatMap(claim => claim ?? [])];
  return [...new Map(all.map(claim => [String(claim.metadata.uid), claim])).values()].map(claimRow);
};

const claimRow = ({ metadata, spec, status }: KubeObject): ClaimRow => {
  const { resources } = (spec ?? {}) as { resources?: { requests?: { storage?: string } } };
  const { phase = 'Pending', capacity } = (status ?? {}) as { phase?: string; capacity?: { storage?: string } };
  return { name: metadata.name, phase, size: capacity?.storage ?? resources?.requests?.storage ?? '' };
};

const LAST_EVENTS = 5;

/** About the objects of the set, and about what was made for them, whose names begin with theirs. */
const warningsIn = async (
  namespace: string,
  members: readonly { readonly metadata: { readonly name: string } }[],
  session: KubeSession,
): Promise<EventRow[]> => {
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=${encodeURIComponent('type=Warning')}`;
  const answer = await session.ask({ path });
  if (answer.status === 403) return [];
  const names = [...new Set(members.map(({ metadata }) => metadata.name))];
  const isOurs = ({ involvedObject: { name = '' } }: KubeEvent): boolean =>
    names.some(own => name === own || name.startsWith(`${own}-`));
  return good<{ items: KubeEvent[] }>(answer, `list events in ${namespace}`)
    .items.filter(isOurs)
    .map(event => ({
      at: timeOf(event),
      what: `${event.involvedObject.kind}/${event.involvedObject.name}`,
      said: `${event.reason}: ${event.message?.trim()}`,
    }));
};
