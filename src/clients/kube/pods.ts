import type { KubeObject } from '../../core/kube.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

interface Conditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** It takes requests: its probes say so, and nobody has asked it to end. */
export const isReady = ({ metadata, status }: KubeObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  (((status ?? {}) as Conditions).conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

export const listPods = async (
  namespace: string,
  selector: string,
  session: KubeSession,
): Promise<readonly KubeObject[]> => {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  return good<{ items: KubeObject[] }>(await session.ask({ path }), `list pods in ${namespace}`).items;
};
