import type { LiveFact } from '../../core/facts/cluster.ts';
import type { KubeObject } from '../../core/kube.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

/** Helm keeps each revision in a Secret whose labels say all that is asked here (helm/helm pkg/storage/driver). */
export const latestHelm = async (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  session: KubeSession,
): Promise<LiveFact['helm']> => {
  const selector = encodeURIComponent(`owner=helm,name=${name}`);
  const answer = await session.ask({ path: `/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}` });
  if (answer.status === 403) return null;
  const { items } = good<{ items: KubeObject[] }>(answer, `list secrets in ${namespace}`);
  const revisions = items
    .map(({ metadata: { labels = {} } }) => ({ revision: Number(labels.version), status: labels.status ?? '' }))
    .sort((a, b) => a.revision - b.revision);
  const last = revisions.at(-1);
  if (!last) return null;
  // After a rollback the revision that is deployed may be an older one than the last.
  const deployed =
    revisions.findLast(({ status }) => status === 'deployed') ??
    revisions.findLast(({ status }) => status === 'superseded');
  return { ...last, deployed: deployed?.revision ?? 0 };
};
