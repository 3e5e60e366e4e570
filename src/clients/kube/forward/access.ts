import type { ForwardSpec } from '../../../core/forward.ts';
import { type KubeAnswer, type KubeRequest, type KubeSession, openSession } from '../session.ts';

/** A session that is opened anew when the cluster no longer knows who we are: the kubeconfig, or Google, may say it now. */
export interface Access {
  session(): Promise<KubeSession>;
  /** One request; when it is answered with 401, once more as the kubeconfig says it then. */
  ask(request: KubeRequest): Promise<KubeAnswer>;
  /** Reads the kubeconfig again, unless somebody else has since this session was given. */
  renew(stale: KubeSession): Promise<void>;
}

export const accessTo = (which: Pick<ForwardSpec, 'context' | 'gke'>): Access => {
  let current: Promise<KubeSession> | undefined;
  const session = (): Promise<KubeSession> => {
    current ??= openSession(which);
    // A kubeconfig that is being written is read again by the next one who asks.
    const opening = current;
    opening.catch(() => {
      if (current === opening) current = undefined;
    });
    return opening;
  };
  const renew = async (stale: KubeSession): Promise<void> => {
    if ((await session().catch(() => undefined)) !== stale) return;
    await stale.renew();
    current = undefined;
  };
  const ask = async (request: KubeRequest): Promise<KubeAnswer> => {
    const first = await session();
    const answer = await first.ask(request);
    if (answer.status !== 401) return answer;
    await renew(first);
    return (await session()).ask(request);
  };
  return { session, ask, renew };
};
