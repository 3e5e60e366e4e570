import { setTimeout as sleep } from 'node:timers/promises';
import type { PodSelector } from '../../core/facts/kube-set.ts';
import { ownSelector } from '../../core/kube.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { listPods } from './pods.ts';
import type { KubeSession } from './session.ts';

export interface LogRequest {
  readonly namespace: string;
  readonly name: string;
  readonly lines: number;
  readonly follow: boolean;
  /** Whose pods. Default: those that have the label of the app. */
  readonly pods?: readonly PodSelector[];
  /** Only the pod of this name. */
  readonly pod?: string;
  /** What it said before it was started again. */
  readonly previous?: boolean;
}

interface Telling {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

const LOOK_MS = 1000;

/** The last lines of every pod; with `follow` also later ones, and those of pods that come later, until it is stopped. */
export const tellLogs = async (
  asked: LogRequest,
  session: KubeSession,
  telling: Telling,
): Promise<readonly string[]> => {
  const seen = new Map<string, Promise<void>>();
  const tell = (found: readonly Source[], lines: number): void => {
    for (const source of found)
      if (!seen.has(source.called)) seen.set(source.called, tellPod({ ...asked, lines, source }, session, telling));
  };
  const first = await podsOf(asked, session);
  if (first.length === 0 && !asked.follow) throw new BytechatError(noPod(asked));
  tell(first, asked.lines);
  while (asked.follow && !telling.signal?.aborted) {
    await pauseUnless(telling.signal);
    // One that comes later has said nothing yet that anybody has seen: all of it is told.
    if (!telling.signal?.aborted) tell(await podsOf(asked, session), ALL);
  }
  await Promise.all(seen.values());
  return [...seen.keys()];
};

const noPod = ({ pod, name, namespace }: LogRequest): Problem => ({
  code: 'not-running',
  message: pod === undefined ? `${name} has no pods in ${namespace}` : `${name} has no pod ${pod} in ${namespace}`,
  fix: 'bytechat kube status shows its pods',
});

const ALL = -1;

const pauseUnless = (signal: AbortSignal | undefined): Promise<unknown> =>
  sleep(LOOK_MS, undefined, { ...(signal && { signal }) }).catch(() => {});

/** One container that prints. */
interface Source {
  readonly namespace: string;
  readonly pod: string;
  /** Empty: it is the only one. */
  readonly container: string;
  /** What stands before its lines: `shop-0`, and the container where there are several. */
  readonly called: string;
}

const podsOf = async (asked: LogRequest, session: KubeSession): Promise<readonly Source[]> => {
  const { namespace, name, pods = [{ namespace, selector: ownSelector(name) }], pod } = asked;
  const lists = await Promise.all(pods.map(each => sourcesOf(each, namespace, session)));
  return lists.flat().filter(source => pod === undefined || source.pod === pod);
};

const sourcesOf = async (
  { namespace, selector }: PodSelector,
  usual: string,
  session: KubeSession,
): Promise<readonly Source[]> => {
  const items = await listPods(namespace, selector, session);
  return items.flatMap(({ metadata: { name: pod }, spec }) => {
    const { containers } = spec as unknown as { readonly containers: readonly { readonly name: string }[] };
    const called = namespace === usual ? pod : `${namespace}/${pod}`;
    if (containers.length === 1) return [{ namespace, pod, container: '', called }];
    return containers.map(({ name }) => ({ namespace, pod, container: name, called: `${called} ${name}` }));
  });
};

interface PodLog extends LogRequest {
  readonly source: Source;
}

/** A container that is started again goes on in a log of its own, which begins where the last one ended. */
const tellPod = async (asked: PodLog, session: KubeSession, telling: Telling): Promise<void> => {
  let last = '';
  const onLine = (line: string): void => {
    const [time = '', text = ''] = splitAt(line, ' ');
    if (time <= last) return;
    last = time;
    telling.onLine?.(`${asked.source.called}: ${text}`);
  };
  for (;;) {
    const { status } = await openLog(asked, last, { session, onLine, signal: telling.signal });
    // 400: its container waits to start; 404: the pod is gone.
    if (!asked.follow || telling.signal?.aborted || status === 404) return;
    await pauseUnless(telling.signal);
    if (telling.signal?.aborted) return;
  }
};

interface Opening {
  readonly session: KubeSession;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const openLog = async ({ source, lines, follow, previous }: PodLog, since: string, opening: Opening) => {
  const { namespace, pod, container } = source;
  const query = new URLSearchParams({
    timestamps: 'true',
    ...(container !== '' && { container }),
    ...(previous && { previous: 'true' }),
    ...(follow && { follow: 'true' }),
    ...(since === '' ? lines !== ALL && { tailLines: String(lines) } : { sinceTime: since }),
  });
  try {
    return await opening.session.stream(
      { path: `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`, signal: opening.signal },
      opening.onLine,
    );
  } catch (error) {
    // Stopped: what was told is told.
    if (opening.signal?.aborted) return { status: 200 };
    throw error;
  }
};

const splitAt = (text: string, mark: string): [string, string] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};
