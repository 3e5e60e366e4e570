import { BytechatError, type Problem } from '../../../core/problem.ts';
import type { CallOptions } from '../../../core/runner.ts';
import { pause } from '../../../engine/pause.ts';
import { stopwatch } from '../../../engine/stopwatch.ts';
import { good } from '../problems.ts';
import type { KubeSession } from '../session.ts';

interface Volume {
  readonly spec: {
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
    readonly persistentVolumeReclaimPolicy?: string;
  };
}

export interface Clearing {
  readonly namespaces: readonly string[];
  /** In ms. */
  readonly withinMs?: number;
}

/** Balancers and disks are taken down by controllers of the cloud, which take minutes. */
const WITHIN_MS = 15 * 60_000;
const LOOK_MS = 1_000;

/**
 * Deletes namespaces with all that is in them, and waits until their balancers and disks are gone: a cluster that ends
 * before takes those who would have removed them along, and they cost on.
 */
export const clearNamespaces = async (
  { namespaces, withinMs = WITHIN_MS }: Clearing,
  session: KubeSession,
  { signal, onLine }: CallOptions,
): Promise<readonly string[]> => {
  const clock = stopwatch();
  for (const name of namespaces) await empty(name, session);
  for (let told = ''; ; ) {
    signal?.throwIfAborted();
    const left = await leftOf(namespaces, session);
    if (left.length === 0) return namespaces;
    if (clock() > withinMs) throw new BytechatError(stuck(left, withinMs));
    const line = `waiting for ${left.slice(0, 4).join(', ')}${left.length > 4 ? ` and ${left.length - 4} more` : ''}`;
    if (line !== told) onLine?.(line);
    told = line;
    await pause(LOOK_MS, signal);
  }
};

/** What cannot be deleted as a whole: what is in it goes by kind, those first that would make the others again. */
const IN_DEFAULT = [
  '/apis/apps/v1/namespaces/default/deployments',
  '/apis/apps/v1/namespaces/default/statefulsets',
  '/apis/apps/v1/namespaces/default/daemonsets',
  '/apis/batch/v1/namespaces/default/cronjobs',
  '/apis/batch/v1/namespaces/default/jobs',
  '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  '/api/v1/namespaces/default/pods',
  '/api/v1/namespaces/default/persistentvolumeclaims',
];

const empty = async (name: string, session: KubeSession): Promise<void> => {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' };
  const remove = async (path: string): Promise<void> => {
    const answer = await session.ask({ method: 'DELETE', path, body });
    if (answer.status !== 404) good(answer, `delete ${path.split('/').at(-1)} of ${name}`);
  };
  if (name !== 'default') return remove(`/api/v1/namespaces/${name}`);
  for (const path of IN_DEFAULT) await remove(path);
  for (const service of await balancersIn(name, session))
    await remove(`/api/v1/namespaces/${name}/services/${service}`);
};

const balancersIn = async (namespace: string, session: KubeSession): Promise<string[]> => {
  const answer = await session.ask({ path: `/api/v1/namespaces/${namespace}/services` });
  const { items } = good<{ items: { metadata: { name: string }; spec: { type?: string } }[] }>(answer, 'list services');
  return items.filter(({ spec }) => spec.type === 'LoadBalancer').map(({ metadata }) => metadata.name);
};

/** The namespaces that are still there, and the volumes of them that go with their claims. */
const leftOf = async (namespaces: readonly string[], session: KubeSession): Promise<string[]> => {
  const spaces = await Promise.all(namespaces.map(name => isLeft(name, session)));
  const volumes = good<{ items: Volume[] }>(await session.ask({ path: '/api/v1/persistentvolumes' }), 'list volumes');
  const disks = volumes.items.filter(({ spec }) => goes(spec) && namespaces.includes(spec.claimRef?.namespace ?? ''));
  return [
    ...namespaces.filter((_, index) => spaces[index]).map(name => `the namespace ${name}`),
    ...disks.map(({ spec }) => `the disk of ${spec.claimRef?.namespace}/${spec.claimRef?.name}`),
  ];
};

const goes = ({ persistentVolumeReclaimPolicy: policy }: Volume['spec']): boolean => policy !== 'Retain';

const isLeft = async (name: string, session: KubeSession): Promise<boolean> => {
  if (name === 'default') return (await balancersIn(name, session)).length > 0;
  return (await session.ask({ path: `/api/v1/namespaces/${name}` })).status !== 404;
};

const stuck = (left: readonly string[], withinMs: number): Problem => ({
  code: 'timed-out',
  message: `Not everything in the cluster is gone after ${withinMs / 60_000} min`,
  because: `still there: ${left.join(', ')}`,
  fix: 'kubectl describe of it shows which finalizer holds it; then try again: what is gone stays gone',
});
