import { good } from '../problems.ts';
import type { KubeSession } from '../session.ts';

interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly type?: string };
}

/** The cluster's own, on Google Kubernetes Engine and anywhere: nobody's app is in them. */
const OWN = /^(kube-|gke-|gmp-|config-management-|cnrm-|asm-|istio-system$|local-path-storage$)/;

export const isOwn = (namespace: string): boolean => OWN.test(namespace);

/**
 * The namespaces that hold what somebody would miss, or go on paying for: pods, volumes, load balancers. Those that the
 * cluster brings along are left out.
 */
export const tenantsOf = async (session: KubeSession): Promise<readonly string[]> => {
  const [pods, claims, services] = await Promise.all([
    list('pods', session),
    list('persistentvolumeclaims', session),
    list('services', session),
  ]);
  const balancers = services.filter(({ spec }) => spec?.type === 'LoadBalancer');
  const names = [...pods, ...claims, ...balancers].map(({ metadata }) => metadata.namespace ?? '');
  return [...new Set(names)].filter(name => name !== '' && !isOwn(name)).sort();
};

const list = async (plural: string, session: KubeSession): Promise<readonly Item[]> =>
  good<{ items: Item[] }>(await session.ask({ path: `/api/v1/${plural}` }), `list ${plural} of all namespaces`).items;
