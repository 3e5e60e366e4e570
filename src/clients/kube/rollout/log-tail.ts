import type { KubeSession } from '../session.ts';
import type { Container } from './objects.ts';
import { corePath, withQuery } from './request.ts';

const TAIL_LINES = 20;
const LONGEST_LINE = 2000;

export interface LogOf {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** The last lines of a container; of the one before it, when asked and there is one. Empty when nobody can say. */
export const logTail = async (
  { namespace, pod, container }: LogOf,
  previous: boolean,
  session: KubeSession,
): Promise<readonly string[]> => {
  const query = { container, tailLines: String(TAIL_LINES), ...(previous && { previous: 'true' }) };
  const path = withQuery(`${corePath(namespace, 'pods')}/${pod}/log`, query);
  const answer = await session.ask({ path, timeoutMs: 5_000 }).catch(() => undefined);
  if (answer?.status === 200 && !isGone(answer.body)) return linesOf(answer.body);
  return previous ? logTail({ namespace, pod, container }, false, session) : [];
};

/** The kubelet keeps the log of one run only; of another it says so, with status 200. */
const isGone = (body: unknown): boolean =>
  typeof body === 'string' && body.startsWith('unable to retrieve container logs');

/** A log of one JSON line comes parsed. */
const linesOf = (body: unknown): readonly string[] =>
  (typeof body === 'string' ? body : JSON.stringify(body))
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => line.slice(0, LONGEST_LINE));

/** True when what has ended is the one before: it has been started again meanwhile. */
export const hasRestarted = ({ status }: Pick<Container, 'status'>): boolean => status.state?.terminated === undefined;
