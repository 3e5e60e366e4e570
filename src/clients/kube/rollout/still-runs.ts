import type { KubeSession } from '../session.ts';
import { containersOf, type Pod } from './objects.ts';
import { corePath, withQuery } from './request.ts';

/** How long a log is followed to see whether it ends. */
const FOLLOW_MS = 300;

/**
 * Whether the containers of a pod run at this moment. A kubelet that is busy says so for seconds after they have ended;
 * the log of a container that has ended ends as well, and that is asked of the runtime itself.
 */
export const stillRuns = async (pod: Pod, namespace: string, session: KubeSession): Promise<boolean> => {
  const running = containersOf(pod).filter(({ status }) => status.state?.running);
  const ends = await Promise.all(running.map(({ status }) => logEnds(pod, status.name, namespace, session)));
  return !ends.includes(true);
};

const logEnds = async (pod: Pod, container: string, namespace: string, session: KubeSession): Promise<boolean> => {
  const query = { container, follow: 'true', tailLines: '1' };
  const path = withQuery(`${corePath(namespace, 'pods')}/${pod.metadata.name}/log`, query);
  const answer = await session
    .stream({ path, signal: AbortSignal.timeout(FOLLOW_MS) }, () => {})
    .catch(() => undefined);
  return answer?.status === 200;
};
