import { clusterOf, objectName } from '../../config/cluster.ts';
import type { ClusterFact, ForwardFact, LiveFact, PodsFact } from '../../core/facts/cluster.ts';
import type { Json } from '../../core/json.ts';
import { INSTALLED_KINDS } from '../../core/kinds.ts';
import type { KubeObject } from '../../core/kube.ts';
import { BytechatError } from '../../core/problem.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import type { Ask, Observer, Subject } from '../observer.ts';

export const observeCluster: Observer = async ({ config }, ask): Promise<ClusterFact> =>
  (await ask.call('kube', 'cluster', { ...clusterOf(config) })) as unknown as ClusterFact;

/** What every question about the app begins with. */
const about = ({ config }: Subject) => ({ ...clusterOf(config), name: objectName(config) });

const isThere = async (subject: Subject, ask: Ask): Promise<boolean> =>
  ((await observeCluster(subject, ask)) as ClusterFact).problem === null;

interface Seen {
  readonly namespace: 'ours' | 'theirs' | 'none';
  readonly live: LiveFact;
  readonly pods: PodsFact;
}

/** Nothing is seen of a cluster that does not answer: a check says why. */
export const see = async (subject: Subject, ask: Ask): Promise<Seen> =>
  (await isThere(subject, ask))
    ? ((await ask.call('kube', 'look', { ...about(subject), edge: await hasEdge(subject, ask) })) as unknown as Seen)
    : NOTHING;

/** Kinds that somebody has to install are looked for where this app has any, or had. */
const hasEdge = async (subject: Subject, ask: Ask): Promise<boolean> => {
  if (['ingress', 'gateway'].includes(subject.config.kubernetes.expose.type)) return true;
  const records = await readRecords(subject, ask);
  const objects = records === 'denied' ? [] : records.flatMap(({ settings }) => settings?.objects ?? []);
  return (objects as unknown as readonly KubeObject[]).some(({ kind }) =>
    INSTALLED_KINDS.some(known => known.kind === kind),
  );
};

const NOTHING: Seen = {
  namespace: 'none',
  live: { objects: [], settled: false, taken: [], denied: [], helm: null },
  pods: { ready: 0, wanted: 0, restarts: 0, since: '', pod: '', address: '' },
};

/** A history that may not be read is told with the objects that may not: nobody takes it for none. */
export const observeLive: Observer = async (subject, ask): Promise<Json> => {
  const [{ live }, records] = await Promise.all([see(subject, ask), readRecords(subject, ask)]);
  const denied = records === 'denied' ? [...live.denied, 'get configmaps'] : live.denied;
  return { ...live, denied } as unknown as Json;
};

export const observeNamespace: Observer = async (subject, ask) => (await see(subject, ask)).namespace;

export const observeForward: Observer = async ({ config }, ask): Promise<ForwardFact | null> => {
  const found = (await ask.call('forward', 'status', { folder: config.state })) as (Forwarding & ForwardFact) | null;
  if (!found) return null;
  const { url, port, pid, context, namespace, name, containerPort } = found;
  const { context: wanted } = clusterOf(config);
  const isHere = namespace === config.kubernetes.namespace && name === objectName(config);
  const right = isHere && containerPort === config.app.container.port && (wanted === undefined || context === wanted);
  return { url, port, pid, right };
};

interface Forwarding {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
  readonly containerPort: number;
}

/** History is kept in the cluster, where everybody who deploys sees it. */
export const recordsInCluster = async (subject: Subject, ask: Ask): Promise<readonly ReleaseRecord[]> => {
  const found = await readRecords(subject, ask);
  return found === 'denied' ? [] : found;
};

const readRecords = async (subject: Subject, ask: Ask): Promise<readonly ReleaseRecord[] | 'denied'> => {
  if (!(await isThere(subject, ask))) return [];
  try {
    return (await ask.call('kube', 'history', about(subject))) as unknown as readonly ReleaseRecord[];
  } catch (error) {
    if (error instanceof BytechatError && error.problem.code === 'no-permission') return 'denied';
    throw error;
  }
};

export const lockInCluster: Observer = async (subject, ask) =>
  (await isThere(subject, ask)) ? ((await ask.call('kube', 'lock', about(subject))) ?? null) : null;

/** Who else runs in the cluster. Of one that does not answer, nobody is known. */
export const observeTenants: Observer = async (subject, ask) =>
  (await isThere(subject, ask)) ? ((await ask.call('kube', 'tenants', { ...clusterOf(subject.config) })) ?? []) : [];
