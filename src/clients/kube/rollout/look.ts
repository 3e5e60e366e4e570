import { BytechatError } from '../../../core/problem.ts';
import { stopwatch } from '../../../engine/stopwatch.ts';
import type { KubeSession } from '../session.ts';
import { KINDS } from './kinds.ts';
import { type Asking, listed, listedIfAllowed, selectorText } from './list.ts';
import { hasRestarted, logTail } from './log-tail.ts';
import {
  type Claim,
  type Container,
  containersOf,
  endOf,
  type KubeEvent,
  type List,
  type Pod,
  type Revision,
  type Workload,
} from './objects.ts';
import { corePath, revisionsPath, type Which, withQuery, workloadPath } from './request.ts';
import { keyOf } from './row.ts';
import { type ReadySince, readySince, settledAt, unprobed } from './settling.ts';
import { isDone, type Listed, type Logs, type Sighting, sightingOf } from './sighting.ts';
import { stillRuns } from './still-runs.ts';

export interface Seen {
  readonly sighting: Sighting;
  /** What to watch from here on. */
  readonly watches: readonly { readonly path: string; readonly isWorkload: boolean }[];
}

/** Looks at one rollout again and again. Times are in ms since it was made. */
export interface Looker {
  readonly clock: () => number;
  look(asking: Omit<Asking, 'session'>): Promise<Seen>;
}

export const createLooker = (which: Which, settleMs: number, session: KubeSession): Looker => {
  const clock = stopwatch();
  const logs = new Map<string, readonly string[]>();
  let since: ReadySince = new Map();
  const settled = (sighting: Sighting, now: number): Sighting => {
    const { workload, pods, at } = sighting;
    since = readySince(since, pods, at);
    return { ...sighting, settledAt: settledAt(workload, pods, since, { settleMs, at, now }) };
  };
  return {
    clock,
    look: async asking => {
      const at = clock();
      const main = await listMain(which, { ...asking, session });
      const first = settled(sightingOf(which.kind, main, at), main.now);
      const unsure = isDone(first) ? unprobed(first.workload, first.pods, { now: main.now, settleMs }) : [];
      const ended = await endedAmong(unsure, which, session);
      if (isDone(first) && !ended) return { sighting: first, watches: [] };
      const more = await listMore(which, first, { ...asking, session });
      const known = await logsOf(first, which, { session, logs });
      const whole = settled(sightingOf(which.kind, { ...main, ...more, logs: known }, at), main.now);
      return { sighting: ended ? { ...whole, settledAt: at + settleMs } : whole, watches: main.watches };
    },
  };
};

const endedAmong = async (pods: readonly Pod[], { namespace }: Which, session: KubeSession): Promise<boolean> =>
  (await Promise.all(pods.map(pod => stillRuns(pod, namespace, session)))).includes(false);

interface Main extends Listed {
  /** By the clock of the cluster, in ms since 1970. */
  readonly now: number;
  readonly watches: Seen['watches'];
}

/** What success is told from. */
const listMain = async (which: Which, asking: Asking): Promise<Main> => {
  const named = { fieldSelector: `metadata.name=${which.name}` };
  const workloads = await listed<Workload>(withQuery(workloadPath(which), named), asking);
  const workload = workloads.items[0];
  if (!workload) throw new BytechatError(noWorkload(which));
  const labels = { labelSelector: selectorText(workload.spec.selector) };
  const { revisions } = KINDS[which.kind];
  const podsPath = corePath(which.namespace, 'pods');
  const [pods, versions] = await Promise.all([
    listed<Pod>(withQuery(podsPath, labels), asking),
    revisions === undefined ? [] : listed<Revision>(withQuery(revisionsPath(which, revisions), labels), asking),
  ]);
  const watches = [
    { path: watchPath(workloadPath(which), named, workloads), isWorkload: true },
    { path: watchPath(podsPath, labels, pods), isWorkload: false },
  ];
  const now = workloads.date ?? Date.now();
  return { now, workload, pods: pods.items, revisions: 'items' in versions ? versions.items : [], watches };
};

const watchPath = (path: string, query: Readonly<Record<string, string>>, list: List<unknown>): string =>
  withQuery(path, { ...query, watch: '1', resourceVersion: list.metadata.resourceVersion });

type More = Pick<Listed, 'events' | 'claims'>;

/** What a verdict is told from. */
const listMore = async ({ namespace }: Which, { pods }: Sighting, asking: Asking): Promise<More> => {
  const claims = pods.some(({ spec }) => spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim));
  const [events, found] = await Promise.all([
    listedIfAllowed<KubeEvent>(corePath(namespace, 'events'), asking),
    claims ? listedIfAllowed<Claim>(corePath(namespace, 'persistentvolumeclaims'), asking) : undefined,
  ]);
  return { events: events.items, claims: found?.items ?? [] };
};

interface Reader {
  readonly session: KubeSession;
  /** What has ended says no more: its log is read once. */
  readonly logs: Map<string, readonly string[]>;
}

const logsOf = async ({ pods }: Sighting, which: Which, reader: Reader): Promise<Logs> => {
  const failed = pods.flatMap(containersOf).filter(hasFailed);
  const entries = failed.map(async container => [
    keyOf(container.pod, container.status.name),
    await logOf(container, which, reader),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

/** A service that ends in order and is started again has failed too. */
const hasFailed = ({ status }: Container): boolean => {
  const end = endOf(status);
  return end !== undefined && (end.exitCode !== 0 || status.restartCount > 0);
};

const logOf = async (container: Container, { namespace }: Which, { session, logs }: Reader) => {
  const { pod, status } = container;
  const id = endOf(status)?.containerID ?? `${keyOf(pod, status.name)} ${status.restartCount}`;
  const where = { namespace, pod: pod.metadata.name, container: status.name };
  const lines = logs.get(id) ?? (await logTail(where, hasRestarted(container), session));
  logs.set(id, lines);
  return lines;
};

const noWorkload = ({ namespace, kind, name }: Which) => ({
  code: 'cluster-refused' as const,
  message: `There is no ${kind} ${name} in the namespace ${namespace}`,
  fix: 'deploy it again: somebody may have deleted it meanwhile',
});
