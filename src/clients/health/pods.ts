import { crashProblem } from '../../core/crash.ts';
import { type ClusterRef, type KubeObject, ownSelector } from '../../core/kube.ts';
import type { Problem } from '../../core/problem.ts';
import { execInPod } from '../kube/exec.ts';
import { isReady, listPods } from '../kube/pods.ts';
import { logTail } from '../kube/rollout/log-tail.ts';
import { kubectl } from '../kube/rollout/request.ts';
import type { KubeSession } from '../kube/session.ts';
import { sessionFor } from '../kube/sessions.ts';
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
}

interface ContainerStatus {
  readonly restartCount: number;
  readonly state?: { readonly terminated?: Ended };
  readonly lastState?: { readonly terminated?: Ended };
}

/** One try of a program in a pod that is ready. */
export const execInCluster = async (
  { exec, timeout }: { readonly exec: readonly string[]; readonly timeout: number },
  at: InCluster,
  signal: AbortSignal | undefined,
) => {
  const session = await sessionFor(at);
  const command = exec.map(word => word.replaceAll('{url}', at.inside));
  const reproduce = (pod: string): string => kubectl(`exec ${pod} -- ${command.join(' ')}`, at.namespace, session);
  const pod = (await listPods(at.namespace, ownSelector(at.name), session)).find(isReady)?.metadata.name;
  if (pod === undefined) return { ok: false, said: 'no pod is ready', reproduce: reproduce(`deploy/${at.name}`) };
  const asked = { namespace: at.namespace, pod, container: 'app', command, timeoutMs: timeout * 1000, signal };
  const { ok, said } = await execInPod(asked, session);
  return { ok, said: ok ? 'passes' : (said.split('\n').at(-1) ?? ''), reproduce: reproduce(pod) };
};

/** By pod: how its app is. Pods that end because they were asked to are nobody's crash. */
type Statuses = ReadonlyMap<string, ContainerStatus>;

const look = async (at: InCluster, session: KubeSession): Promise<Statuses> => {
  const pods = await listPods(at.namespace, ownSelector(at.name), session);
  const here = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return new Map(here.flatMap(pod => statusesOf(pod).map(status => [pod.metadata.name, status] as const)));
};

const statusesOf = ({ status }: KubeObject): readonly ContainerStatus[] =>
  ((status ?? {}) as { readonly containerStatuses?: readonly ContainerStatus[] }).containerStatuses?.slice(0, 1) ?? [];

/** How one has ended that ran when we began to look, by counts alone: the clocks of nodes are not ours. Pure. */
export const endOf = (now: ContainerStatus, before: ContainerStatus | undefined): Ended | undefined => {
  if (now.state?.terminated) return now.state.terminated;
  return now.restartCount > (before?.restartCount ?? 0) ? now.lastState?.terminated : undefined;
};

/**
 * The cluster as the one who runs a release: its pods crash, and say why. They were all ready when this was made, so one
 * that has ended since then is no slow start.
 */
export const podsKeeper = (at: InCluster): Keeper => {
  const session = sessionFor(at);
  const first = session.then(it => look(at, it));
  // Whoever asks is told: until then nobody has to hear of it.
  first.catch(() => {});
  return {
    async crashed() {
      const before = await first;
      for (const [pod, status] of await look(at, await session)) {
        const end = endOf(status, before.get(pod));
        if (end) return crashOf(pod, end, { at, session: await session, previous: !status.state?.terminated });
      }
      return undefined;
    },
    async lines() {
      const [pod] = [...(await look(at, await session)).keys()].slice(-1);
      return pod === undefined ? [] : logTail({ namespace: at.namespace, pod, container: 'app' }, false, await session);
    },
  };
};

interface There {
  readonly at: InCluster;
  readonly session: KubeSession;
  /** It has been started again meanwhile. */
  readonly previous: boolean;
}

const crashOf = async (pod: string, { exitCode, signal }: Ended, there: There): Promise<Problem> => {
  const { at, session, previous } = there;
  const lines = await logTail({ namespace: at.namespace, pod, container: 'app' }, previous, session);
  return {
    ...crashProblem({ exitCode, signal: signal ? String(signal) : null, lines, release: '', at: '' }),
    message: `A pod crashes, ${signal ? `signal ${signal}` : `exit code ${exitCode}`}`,
    reproduce: kubectl(`logs ${pod}${previous ? ' --previous' : ''}`, at.namespace, session),
  };
};
