import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ForwardSpec } from '../../../core/forward.ts';
import { BytechatError } from '../../../core/problem.ts';
import { good, refusalIn, refused } from '../problems.ts';
import type { Access } from './access.ts';
import { delayAfter } from './backoff.ts';
import { type EndpointSlice, leastBusy, readyPods } from './endpoints.ts';

/** The pods of one Service that can answer, kept up to date. */
export interface Pods {
  /** The least busy one that is not avoided. When all of them are avoided, none is any more; when there is none, waits. */
  pick(avoided: Set<string>, signal: AbortSignal): Promise<string>;
  /** Counts a connection to it, until what is returned is called. */
  use(pod: string): () => void;
  /** Somebody has met another state than the list says: it is read again. */
  look(): void;
  /** Since when there has been no such Service, by `performance.now()`. */
  goneSince(): number | undefined;
}

interface Following {
  readonly spec: ForwardSpec;
  readonly access: Access;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

interface Known {
  pods: readonly string[];
  goneSince: number | undefined;
  readonly busy: Map<string, number>;
  readonly changes: EventEmitter;
  /** Ends the wait for the next look. */
  wake: AbortController;
}

export const followPods = (following: Following): Pods => {
  const changes = new EventEmitter().setMaxListeners(0);
  const known: Known = { pods: [], goneSince: undefined, busy: new Map(), changes, wake: new AbortController() };
  void follow(known, following);
  return {
    pick: (avoided, signal) => pick(known, avoided, signal),
    use: pod => use(known.busy, pod),
    look: () => known.wake.abort(),
    goneSince: () => known.goneSince,
  };
};

/** One that has just failed may be the only one: it gets another chance after this long, in ms. */
const AGAIN_MS = 250;

const pick = async (known: Known, avoided: Set<string>, signal: AbortSignal): Promise<string> => {
  for (;;) {
    signal.throwIfAborted();
    const pod = leastBusy(known.pods, known.busy, avoided);
    if (pod !== undefined) return pod;
    const isAvoided = known.pods.length > 0;
    const stop = AbortSignal.any([signal, ...(isAvoided ? [AbortSignal.timeout(AGAIN_MS)] : [])]);
    await once(known.changes, 'change', { signal: stop }).catch(() => {});
    if (isAvoided) avoided.clear();
  }
};

const use = (busy: Map<string, number>, pod: string): (() => void) => {
  const add = (count: number): void => {
    const now = (busy.get(pod) ?? 0) + count;
    if (now > 0) busy.set(pod, now);
    else busy.delete(pod);
  };
  add(1);
  return () => add(-1);
};

/** Never more often than this, in ms, whatever the hints say. */
const LOOKS_APART_MS = 50;

const follow = async (known: Known, following: Following): Promise<void> => {
  const { signal, say } = following;
  for (let failures = 0; !signal.aborted; ) {
    known.wake = new AbortController();
    const hint = AbortSignal.any([signal, known.wake.signal]);
    try {
      const version = await look(known, following);
      failures = 0;
      await hinted(version, following, known, hint);
      await sleep(LOOKS_APART_MS);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      say(`the pods cannot be listed: ${reasonOf(error)}`);
      await sleep(delayAfter(failures));
    }
  }
};

export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const because = error instanceof BytechatError ? error.problem.because : undefined;
  return because === undefined ? error.message : `${error.message}: ${because}`;
};

type Asks = Pick<Access, 'ask'>;
type Named = Pick<ForwardSpec, 'namespace' | 'name'>;

const slicesPath = ({ namespace, name }: Named): string =>
  `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${name}`)}`;

interface SliceList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly EndpointSlice[];
}

/** Throws what the cluster has against it. */
export const slicesOf = async (access: Asks, spec: Named, signal?: AbortSignal): Promise<SliceList> => {
  const answer = await access.ask({ path: slicesPath(spec), signal });
  return good<SliceList>(answer, `list endpointslices in ${spec.namespace}`);
};

/** Answers with the version of what was read. */
const look = async (known: Known, { spec, access, signal, say }: Following): Promise<string> => {
  const { items, metadata } = await slicesOf(access, spec, signal);
  const pods = readyPods(items);
  if (pods.join() !== known.pods.join()) say(pods.length > 0 ? `leads to ${pods.join(', ')}` : 'no pod is ready');
  known.pods = pods;
  const isThere = items.length > 0 || (await isService(access, spec, signal));
  known.goneSince = isThere ? undefined : (known.goneSince ?? performance.now());
  known.changes.emit('change');
  return metadata.resourceVersion;
};

export const isService = async (access: Asks, { namespace, name }: Named, signal?: AbortSignal): Promise<boolean> => {
  const answer = await access.ask({ path: `/api/v1/namespaces/${namespace}/services/${name}`, signal });
  if (answer.status === 404) return false;
  if (answer.status === 200) return true;
  throw new BytechatError(refused(refusalIn(answer), `read the Service ${name} in ${namespace}`));
};

/** In seconds: without any hint, it is looked at this often. While there is no Service, more often. */
const LOOK_S = 30;
const LOOK_GONE_S = 2;

/** Ends with the first event, or when it is time to look again. */
const hinted = async (version: string, following: Following, known: Known, stop: AbortSignal): Promise<void> => {
  const { spec, access, signal } = following;
  const seconds = known.goneSince === undefined ? LOOK_S : LOOK_GONE_S;
  const enough = new AbortController();
  const path = `${slicesPath(spec)}&watch=true&timeoutSeconds=${seconds}&resourceVersion=${version}`;
  const request = { path, signal: AbortSignal.any([stop, enough.signal]), timeoutMs: (seconds + 10) * 1000 };
  try {
    await (await access.session()).stream(request, () => enough.abort());
  } catch (error) {
    if (signal.aborted || !(stop.aborted || enough.signal.aborted)) throw error;
  }
};
