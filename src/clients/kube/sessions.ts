import process from 'node:process';
import { gkeContext } from '../../core/google.ts';
import type { ClusterRef } from '../../core/kube.ts';
import { type KubeSession, openSession } from './session.ts';

type At = Pick<ClusterRef, 'context' | 'gke'>;

const sessions = new Map<string, Promise<KubeSession>>();

/** One for each cluster, so that its connections are used again. Without any word, the kubeconfig's current one. */
export const sessionFor = (at: At = {}): Promise<KubeSession> => {
  const key = keyOf(at);
  const forget = (): void => void sessions.delete(key);
  const known = sessions.get(key) ?? open(at, forget);
  sessions.set(key, known);
  known.catch(forget);
  return known;
};

const keyOf = ({ context, gke }: At): string =>
  gke
    ? `${process.env.BYTECHAT_GCP_ENDPOINT ?? ''}\0${gkeContext(gke)}`
    : `${process.env.KUBECONFIG ?? ''}\0${context ?? ''}`;

/** A cluster of Google that no longer answers may have been made anew elsewhere: the next one who asks looks. */
const open = async ({ context, gke }: At, lost: () => void): Promise<KubeSession> => {
  if (!gke) return openSession({ context });
  const { findGke } = await import('./gke-server.ts');
  return openSession({ gke: await findGke(gke), lost });
};
