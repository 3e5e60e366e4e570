import { setTimeout as sleep } from 'node:timers/promises';
import { good } from '../problems.ts';
import type { KubeSession } from '../session.ts';
import { isObserved } from './kinds.ts';
import { type Asking, listedOnce, selectorText } from './list.ts';
import { isInUse, isOwnedBy, type Pod, type Workload } from './objects.ts';
import { corePath, type RolloutRequest, withQuery, workloadPath } from './request.ts';

type Which = Pick<RolloutRequest, 'namespace' | 'name'>;

/** How often, and for how long in all, the controller is asked whether it has seen the change. */
const PAUSE_MS = 100;
const MOST_TRIES = 100;

/**
 * Deletes the pods of a StatefulSet that are not of the wanted revision and not ready: its controller waits for them to
 * become ready before it replaces them, which they never do (helm/helm#11468). Answers with their names.
 */
export const replaceStuckPods = async ({ namespace, name }: Which, session: KubeSession): Promise<string[]> => {
  const asking: Asking = { session, timeoutMs: 30_000 };
  const workload = await observed({ namespace, name }, asking);
  if (!workload) return [];
  const labels = { labelSelector: selectorText(workload.spec.selector) };
  const pods = await listedOnce<Pod>(withQuery(corePath(namespace, 'pods'), labels), asking);
  const stuck = pods.items.filter(pod => isStuck(pod, workload));
  await Promise.all(stuck.map(pod => remove(pod, namespace, session)));
  return stuck.map(({ metadata }) => metadata.name);
};

/** Which revision is wanted is known once the controller has seen the spec. */
const observed = async ({ namespace, name }: Which, asking: Asking): Promise<Workload | undefined> => {
  const path = withQuery(workloadPath({ namespace, name, kind: 'StatefulSet' }), {
    fieldSelector: `metadata.name=${name}`,
  });
  for (let tries = 1; ; tries++) {
    const [workload] = (await listedOnce<Workload>(path, asking)).items;
    if (!workload || isObserved(workload) || tries === MOST_TRIES) return workload;
    await sleep(PAUSE_MS);
  }
};

const isStuck = (pod: Pod, workload: Workload): boolean =>
  isOwnedBy(pod, workload) &&
  isObserved(workload) &&
  pod.metadata.labels?.['controller-revision-hash'] !== workload.status?.updateRevision &&
  pod.metadata.deletionTimestamp === undefined &&
  !isInUse(pod);

/** Only this one: a pod of the same name that has taken its place is another. */
const remove = async ({ metadata }: Pod, namespace: string, session: KubeSession): Promise<void> => {
  const path = `${corePath(namespace, 'pods')}/${metadata.name}`;
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: metadata.uid } };
  const answer = await session.ask({ method: 'DELETE', path, body });
  if (answer.status !== 404 && answer.status !== 409) good(answer, `delete the pod ${metadata.name}`);
};
