import type { Right } from '../../core/facts/demand.ts';
import type { AccessFact } from '../../core/facts/preflight.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

const API = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
/** How many questions are asked at once. */
const SIDE_BY_SIDE = 8;

interface Asked {
  readonly namespace: string;
  readonly rights: readonly Right[];
}

/**
 * What we may not do of all that is named, asked of the cluster itself (SelfSubjectAccessReview), whoever decides it
 * there. Who may do everything in the namespace is asked for that alone. Each question is a POST, so an API server counts
 * it among the requests that change something, though nothing is stored.
 */
export const missingRights = async ({ namespace, rights }: Asked, session: KubeSession): Promise<AccessFact> => {
  const everywhere = rights.filter(right => right.everywhere);
  const [mayAll, ...answers] = await sideBySide([ALL, ...everywhere], SIDE_BY_SIDE, right =>
    isAllowed(right, namespace, session),
  );
  const here = rights.filter(right => !right.everywhere);
  const found = mayAll
    ? here.map(() => true)
    : await sideBySide(here, SIDE_BY_SIDE, right => isAllowed(right, namespace, session));
  const missing = [...everywhere.filter((_, index) => !answers[index]), ...here.filter((_, index) => !found[index])];
  return { missing, user: missing.length === 0 ? '' : await userName(session) };
};

const ALL: Right = { verb: '*', group: '*', resource: '*' };

interface Review {
  readonly status: { readonly allowed: boolean };
}

const isAllowed = async (right: Right, namespace: string, session: KubeSession): Promise<boolean> => {
  const { verb, group, resource: written, everywhere } = right;
  const [resource = '', subresource] = written.split('/');
  const attributes = { verb, group, resource, ...(subresource && { subresource }), ...(!everywhere && { namespace }) };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  };
  const answer = await session.ask({ method: 'POST', path: API, body });
  return good<Review>(answer, 'say what you may do').status.allowed;
};

interface Who {
  readonly status: { readonly userInfo: { readonly username: string } };
}

/** Who we are to the cluster; empty where it does not say (before Kubernetes 1.28). */
const userName = async (session: KubeSession): Promise<string> => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { status, body: answer } = await session.ask({ method: 'POST', path: WHO, body });
  return status < 300 ? (answer as Who).status.userInfo.username : '';
};
