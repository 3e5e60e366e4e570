import type { Json } from '../../../core/json.ts';
import type { KubeSession } from '../session.ts';
import { KINDS } from './kinds.ts';
import { type Asking, listed, selectorText } from './list.ts';
import { logTail } from './log-tail.ts';
import { asJson, containersOf, type KubeEvent, type Pod, type Workload } from './objects.ts';
import { corePath, revisionsPath, type Which, withQuery, workloadPath } from './request.ts';

export type Files = { [file: string]: Json };

/** Logs of more pods than this say nothing new. */
const MOST_PODS = 10;
const TIMEOUT_MS = 10_000;

/**
 * All that the cluster says about a rollout, to be kept before anything is changed again: `workload.json`, `pods.json`,
 * `revisions.json`, `events.json`, `claims.json`, `quotas.json`, and for each container `log-<pod>-<container>.json`
 * with its last lines and those of the run before. What cannot be read says why in its place. Secrets are not read.
 */
export const rolloutEvidence = async (which: Which, session: KubeSession): Promise<Files> => {
  const asking: Asking = { session, timeoutMs: TIMEOUT_MS };
  const named = { fieldSelector: `metadata.name=${which.name}` };
  const workload = await part(() => listed<Workload>(withQuery(workloadPath(which), named), asking));
  const labels = { labelSelector: selectorText(itemsIn<Workload>(workload)[0]?.spec.selector) };
  const { revisions } = KINDS[which.kind];
  const core = (plural: string, query = {}) =>
    part(() => listed<unknown>(withQuery(corePath(which.namespace, plural), query), asking));
  const [pods, versions, events, claims, quotas] = await Promise.all([
    core('pods', labels),
    revisions === undefined ? [] : part(() => listed(withQuery(revisionsPath(which, revisions), labels), asking)),
    core('events'),
    core('persistentvolumeclaims'),
    core('resourcequotas'),
  ]);
  return {
    'workload.json': asJson(workload),
    'pods.json': asJson(pods),
    'revisions.json': asJson(versions),
    'events.json': asJson(aboutIt(events, which.name)),
    'claims.json': asJson(claims),
    'quotas.json': asJson(quotas),
    ...(await logFiles(itemsIn<Pod>(pods), which, session)),
  };
};

type Part = readonly unknown[] | { readonly unread: string };

const part = async (read: () => Promise<{ readonly items: readonly unknown[] }>): Promise<Part> => {
  try {
    return (await read()).items.map(withoutManagers);
  } catch (error) {
    return { unread: error instanceof Error ? error.message : String(error) };
  }
};

/** Who has set which field is most of the text of an object, and helps nobody here. */
const withoutManagers = (object: unknown): unknown => {
  const { metadata, ...rest } = Object(object) as { metadata?: Record<string, unknown> };
  const { managedFields: _, ...meta } = metadata ?? {};
  return { ...rest, metadata: meta };
};

const itemsIn = <Item>(found: Part): readonly Item[] => (Array.isArray(found) ? found : []);

/** A name begins the names of all that is made for it; claims have it in theirs: `data-shop-0`. */
const aboutIt = (events: Part, name: string): Part =>
  'unread' in events
    ? events
    : (events as readonly KubeEvent[]).filter(({ involvedObject }) => involvedObject.name?.includes(name));

const logFiles = async (pods: readonly Pod[], { namespace }: Which, session: KubeSession): Promise<Files> => {
  const newest = [...pods]
    .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1))
    .slice(0, MOST_PODS);
  const files = newest.flatMap(containersOf).map(async ({ pod, status }) => {
    const where = { namespace, pod: pod.metadata.name, container: status.name };
    const last = await logTail(where, false, session);
    const previous = status.restartCount > 0 ? await logTail(where, true, session) : [];
    return [`log-${where.pod}-${where.container}.json`, { last, previous }] as const;
  });
  return Object.fromEntries(await Promise.all(files));
};
