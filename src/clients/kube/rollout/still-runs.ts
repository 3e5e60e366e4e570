import { pause } from '../../../engine/pause.ts';
import type { KubeSession } from '../session.ts';
import { containersOf, type Pod } from './objects.ts';
import { corePath, withQuery } from './request.ts';

/** How much longer than for a log as it stands one waits for the end of a log that is followed. */
const LONGER_MS = 300;

/**
 * Whether the containers of a pod run at this moment. A kubelet that is busy says so for seconds after they have ended;
 * the log of a container that has ended ends as well, and that is asked of the runtime itself. How long a busy kubelet
 * takes to answer is learned from the same question without following.
 */
export const stillRuns = async (pod: Pod, namespace: string, session: KubeSession): Promise<boolean> => {
  const running = containersOf(pod).filter(({ status }) => status.state?.running);
  const log = `${corePath(namespace, 'pods')}/${pod.metadata.name}/log`;
  const ends = await Promise.all(running.map(({ status }) => logEnds(log, status.name, session)));
  return !ends.includes(true);
};

const logEnds = async (log: string, container: string, session: KubeSession): Promise<boolean> => {
  const over = new AbortController();
  const query = { container, tailLines: '1' };
  const following = { path: withQuery(log, { ...query, follow: 'true' }), signal: over.signal };
  const ends = session
    .stream(following, () => {})
    .then(
      ({ status }) => status === 200,
      () => false,
    );
  await session.ask({ path: withQuery(log, query) }).catch(() => undefined);
  const ended = await Promise.race([ends, pause(LONGER_MS, over.signal).then(() => false)]);
  over.abort();
  return ended;
};
