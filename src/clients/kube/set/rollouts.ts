import { calledIn, type ObjectRef } from '../../../core/facts/kube-set.ts';
import type { Json } from '../../../core/json.ts';
import type { CallOptions } from '../../../core/runner.ts';
import { type Files, rolloutEvidence } from '../rollout/evidence.ts';
import type { Kind } from '../rollout/kinds.ts';
import { waitForRollout } from '../rollout/wait.ts';
import type { KubeSession } from '../session.ts';

export interface RolloutsRequest {
  readonly namespace: string;
  readonly workloads: readonly ObjectRef[];
  readonly timeoutMs: number;
}

const whichOf = ({ kind, metadata }: ObjectRef, { namespace }: RolloutsRequest) => ({
  namespace: metadata.namespace ?? namespace,
  kind: kind as Kind,
  name: metadata.name,
});

/** Waits for all of them side by side; the first that cannot end well ends the wait. */
export const waitForAll = async (
  request: RolloutsRequest,
  session: KubeSession,
  options: CallOptions,
): Promise<Json> => {
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
  const waits = request.workloads.map(ref => {
    const onLine = (line: string): void => options.onLine?.(`${calledIn(ref, request.namespace)}: ${line}`);
    return waitForRollout({ ...whichOf(ref, request), timeoutMs: request.timeoutMs }, session, {
      ...options,
      signal,
      onLine,
    });
  });
  try {
    const done = await Promise.all(waits);
    return { detail: done.map(({ detail }) => detail).join(', ') };
  } finally {
    over.abort();
    await Promise.allSettled(waits);
  }
};

/** All that the cluster says about each of them, by the name of its file. */
export const evidenceOfAll = async (request: RolloutsRequest, session: KubeSession): Promise<Files> => {
  const all = request.workloads.map(async ref => {
    const files = await rolloutEvidence(whichOf(ref, request), session);
    return Object.entries(files).map(([file, what]) => [
      `${ref.kind}-${ref.metadata.name}-${file}`.toLowerCase(),
      what,
    ]);
  });
  return Object.fromEntries((await Promise.all(all)).flat());
};
