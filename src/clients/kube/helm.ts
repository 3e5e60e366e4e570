import type { HelmFact } from '../../core/facts/cluster.ts';
import { type KubeObject, OWN } from '../../core/kube.ts';
import { pause } from '../../engine/pause.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

/** A Helm release, and where it is kept. */
export interface HelmName {
  readonly namespace: string;
  readonly name: string;
}

/** Helm keeps each revision in a Secret whose labels say all that is asked here (helm/helm pkg/storage/driver). */
export interface Revision {
  /** The Helm release that it is of. */
  readonly of: string;
  readonly revision: number;
  readonly status: string;
  /** When it was written last, in s since 1970, by the clock of whoever wrote it. */
  readonly at: number;
  /** The app that bytechat has made it for; empty when somebody else has. */
  readonly app: string;
}

/** All revisions in the namespace, or those of one release, the oldest first. Undefined when we may not look. */
export const revisionsIn = async (
  { namespace, name }: { readonly namespace: string; readonly name?: string },
  session: KubeSession,
): Promise<readonly Revision[] | undefined> => {
  const selector = encodeURIComponent(name === undefined ? 'owner=helm' : `owner=helm,name=${name}`);
  const path = `/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`;
  const answer = await session.ask({ path, isMetadata: true });
  if (answer.status === 403) return undefined;
  const { items } = good<{ items: KubeObject[] | null }>(answer, `list secrets in ${namespace}`);
  return (items ?? []).map(revisionOf).sort((a, b) => a.revision - b.revision);
};

const revisionOf = ({ metadata: { labels = {} } }: KubeObject): Revision => ({
  of: labels.name ?? '',
  revision: Number(labels.version),
  status: labels.status ?? '',
  at: Number(labels.modifiedAt ?? labels.createdAt ?? 0),
  app: labels[OWN.app] ?? '',
});

/** What the revisions of one release come to. */
export const helmFact = (revisions: readonly Revision[]): HelmFact | null => {
  const last = revisions.at(-1);
  if (!last) return null;
  // After a rollback the revision that is deployed may be an older one than the last.
  const deployed =
    revisions.findLast(({ status }) => status === 'deployed') ??
    revisions.findLast(({ status }) => status === 'superseded');
  return {
    revision: last.revision,
    status: last.status,
    deployed: deployed?.revision ?? 0,
    revisions: revisions.map(({ revision }) => revision),
  };
};

export interface AppRelease {
  readonly helm: HelmFact | null;
  /** There is one of this name that is not ours. */
  readonly isTaken: boolean;
}

/** The Helm release of an app: one that bytechat has made for it. */
export const helmOfApp = async (at: HelmName, session: KubeSession): Promise<AppRelease> => {
  const revisions = (await revisionsIn(at, session)) ?? [];
  const isOurs = revisions.some(({ app }) => app === at.name);
  return { helm: isOurs ? helmFact(revisions) : null, isTaken: revisions.length > 0 && !isOurs };
};

export const isPending = (status: string): boolean => status.startsWith('pending-') || status === 'uninstalling';

/** In s: whoever was at it for longer is not at it any more, as Helm is told not to wait for anything. */
const AT_WORK = 10;
const LOOK_MS = 250;

/**
 * The release when nobody is at it. The Helm of a run that was killed goes on for a moment by itself: that one is waited
 * for. One that stays pending was killed too, and is told as it is.
 */
export const helmAtRest = async (
  at: HelmName,
  session: KubeSession,
  signal: AbortSignal | undefined,
): Promise<HelmFact | null> => {
  for (;;) {
    const revisions = (await revisionsIn(at, session)) ?? [];
    const last = revisions.at(-1);
    const age = Date.now() / 1000 - (last?.at ?? 0);
    if (!last || !isPending(last.status) || age > AT_WORK || age < -AT_WORK) return helmFact(revisions);
    await pause(LOOK_MS, signal);
  }
};
