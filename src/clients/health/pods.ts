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

interface Ended {
  readonly exitCode: number;
  readonly signal?: number;
  readonly finishedAt?: string;
}

interface ContainerStatus {
  readonly state?: { readonly terminated?: Ended };
  readonly lastState?: { readonly terminated?: Ended };
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

const LINES = 20;

/**
 * The cluster as the one who runs a release: its pods crash, and say why. They were all ready when this is asked, so one
 * that has ended since then is no slow start.
 */
export const podsKeeper = (at: InCluster): Keeper => ({
  async crashed(since) {
    const session = await sessionFor(at.context);
    for (const pod of await podsOf(at, session)) {
      const [first] = pod.status?.containerStatuses ?? [];
      const end = first && endedSince(first, since);
      if (end) return crashOf(pod, { ...end, isBack: first.state?.terminated === undefined }, { at, session });
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

/** The kubelet's times are whole seconds. */
const endedSince = ({ state, lastState }: ContainerStatus, since: string): Ended | undefined => {
  const end = state?.terminated ?? lastState?.terminated;
  return (end?.finishedAt ?? '') >= `${since.slice(0, 19)}Z` ? end : undefined;
};

const crashOf = async (
  pod: Pod,
  { exitCode, signal, isBack }: Ended & { readonly isBack: boolean },
  there: There,
): Promise<Problem> => {
  const lines = await linesOf(pod, isBack ? '&previous=true' : '', there);
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
