import { expect, test } from 'vitest';
import type { Pod } from '../../../src/clients/kube/rollout/objects.ts';
import { stillRuns } from '../../../src/clients/kube/rollout/still-runs.ts';
import type { KubeAnswer, KubeSession } from '../../../src/clients/kube/session.ts';
import { pause } from '../../../src/engine/pause.ts';

const running = {
  metadata: { name: 'pod', uid: '1' },
  spec: { containers: [{ name: 'app' }] },
  status: { containerStatuses: [{ name: 'app', restartCount: 0, state: { running: { startedAt: '' } } }] },
} as unknown as Pod;

const never = (signal: AbortSignal | undefined) =>
  new Promise<KubeAnswer>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

/** A kubelet that takes so many ms for everything, and its container runs or has ended. */
const kubelet = (ms: number, answer: { readonly ends: boolean; readonly status?: number }) => {
  const late = async (): Promise<KubeAnswer> => {
    await pause(ms, undefined);
    return { status: answer.status ?? 200, body: '' };
  };
  const session = { ask: late, stream: ({ signal }) => (answer.ends ? late() : never(signal)) } satisfies Pick<
    KubeSession,
    'ask' | 'stream'
  >;
  return session as unknown as KubeSession;
};

test('the end of a log is seen however long a busy kubelet takes to tell it', async () => {
  expect(await stillRuns(running, 'shop', kubelet(0, { ends: true }))).toBe(false);
  expect(await stillRuns(running, 'shop', kubelet(900, { ends: true }))).toBe(false);
});

test('a log that goes on is that of a container that runs', async () => {
  expect(await stillRuns(running, 'shop', kubelet(0, { ends: false }))).toBe(true);
});

test('who may not read logs learns nothing from them', async () => {
  expect(await stillRuns(running, 'shop', kubelet(0, { ends: true, status: 403 }))).toBe(true);
});
