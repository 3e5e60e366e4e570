import { crashProblem } from '../../core/crash.ts';
import { type ClusterRef, type KubeObject, ownSelector } from '../../core/kube.ts';
import type { Problem } from '../../core/problem.ts';
import { execInPod } from '../kube/exec.ts';
import { good } from '../kube/problems.ts';
import { kubectl } from '../kube/rollout/request.ts';
import { type KubeSession, sessionFor } from '../kube/session.ts';
import type { Keeper } from './keeper.ts';

/** The pods of one app, and how they speak to themselves. */
export interface InCluster extends ClusterRef {
  readonly name: string;
  /** The address of the app for programs in its pods. */
  readonly inside: string;
}

interface ContainerStatus {
  readonly restartCount: number;
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly signal?: number } };
}

type Pod = KubeObject & {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
};

const podsOf = async ({ namespace, name }: InCluster, session: KubeSession): Promise<readonly Pod[]> => {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(ownSelector(name))}`;
  const { items } = good<{ items: Pod[] }>(await session.ask({ path }), `list pods in ${namespace}`);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
};

const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** One try of a program in a pod that is ready. */
export const execInCluster = async (
  { exec, timeout }: { readonly exec: readonly string[]; readonly timeout: number },
  at: InCluster,
  signal: AbortSignal | undefined,
) => {
  const session = await sessionFor(at.context);
  const command = exec.map(word => word.replaceAll('{url}', at.inside));
  const reproduce = (pod: string): string => kubectl(`exec ${pod} -- ${command.join(' ')}`, at.namespace, session);
  const pod = (await podsOf(at, session)).find(isReady)?.metadata.name;
  if (pod === undefined) return { ok: false, said: 'no pod is ready', reproduce: reproduce(`deploy/${at.name}`) };
  const asked = { namespace: at.namespace, pod, container: 'app', command, timeoutMs: timeout * 1000, signal };
  const { ok, said } = await execInPod(asked, session);
  return { ok, said: ok ? 'passes' : (said.split('\n').at(-1) ?? ''), reproduce: reproduce(pod) };
};

/** A pod that has ended this often by itself is not a slow one. */
const CRASHES = 2;
const LINES = 20;

/** The cluster as the one who runs a release: its pods crash, and say why. */
export const podsKeeper = (at: InCluster): Keeper => ({
  async crashed() {
    const session = await sessionFor(at.context);
    for (const pod of await podsOf(at, session)) {
      const [first] = pod.status?.containerStatuses ?? [];
      if ((first?.restartCount ?? 0) >= CRASHES) return crashOf(pod, first as ContainerStatus, { at, session });
    }
    return undefined;
  },
  async lines() {
    const session = await sessionFor(at.context);
    const [pod] = (await podsOf(at, session)).slice(-1);
    return pod ? linesOf(pod, '', { at, session }) : [];
  },
});

interface There {
  readonly at: InCluster;
  readonly session: KubeSession;
}

const crashOf = async (pod: Pod, { lastState }: ContainerStatus, there: There): Promise<Problem> => {
  const { exitCode = null, signal } = lastState?.terminated ?? {};
  const lines = await linesOf(pod, '&previous=true', there);
  const { namespace } = there.at;
  return {
    ...crashProblem({ exitCode, signal: signal ? String(signal) : null, lines, release: '', at: '' }),
    reproduce: kubectl(`logs ${pod.metadata.name} --previous`, namespace, there.session),
  };
};

const linesOf = async ({ metadata }: Pod, query: string, { at, session }: There): Promise<readonly string[]> => {
  const path = `/api/v1/namespaces/${at.namespace}/pods/${metadata.name}/log?container=app&tailLines=${LINES}${query}`;
  const { status, body } = await session.ask({ path });
  return status === 200
    ? String(typeof body === 'string' ? body : JSON.stringify(body))
        .split('\n')
        .filter(line => line !== '')
    : [];
};
