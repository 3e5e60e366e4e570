import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeObject, ownSelector } from '../../core/kube.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

export interface LogRequest {
  readonly namespace: string;
  readonly name: string;
  readonly lines: number;
  readonly follow: boolean;
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
  const tell = (pods: readonly string[], lines: number): void => {
    for (const pod of pods) if (!seen.has(pod)) seen.set(pod, tellPod({ ...asked, lines, pod }, session, telling));
  };
  tell(await podsOf(asked, session), asked.lines);
  while (asked.follow && !telling.signal?.aborted) {
    await pauseUnless(telling.signal);
    // One that comes later has said nothing yet that anybody has seen: all of it is told.
    if (!telling.signal?.aborted) tell(await podsOf(asked, session), ALL);
  }
  await Promise.all(seen.values());
  return [...seen.keys()];
};

const ALL = -1;

const pauseUnless = (signal: AbortSignal | undefined): Promise<unknown> =>
  sleep(LOOK_MS, undefined, { ...(signal && { signal }) }).catch(() => {});

const podsOf = async ({ namespace, name }: LogRequest, session: KubeSession): Promise<readonly string[]> => {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(ownSelector(name))}`;
  const { items } = good<{ items: KubeObject[] }>(await session.ask({ path }), `list pods in ${namespace}`);
  return items.map(({ metadata }) => metadata.name);
};

interface PodLog extends LogRequest {
  readonly pod: string;
}

/** A container that is started again goes on in a log of its own, which begins where the last one ended. */
const tellPod = async (asked: PodLog, session: KubeSession, telling: Telling): Promise<void> => {
  let last = '';
  const onLine = (line: string): void => {
    const [time = '', text = ''] = splitAt(line, ' ');
    if (time <= last) return;
    last = time;
    telling.onLine?.(`${asked.pod}: ${text}`);
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

const openLog = async ({ namespace, pod, lines, follow }: PodLog, since: string, opening: Opening) => {
  const query = new URLSearchParams({
    timestamps: 'true',
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
