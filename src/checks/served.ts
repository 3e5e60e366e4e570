import { need } from '../core/fact.ts';
import { demand, type KindRef } from '../core/facts/demand.ts';
import { served } from '../core/facts/preflight.ts';
import { groupOf } from '../core/kinds.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const kindsServed: Check = {
  id: 'served',
  title: 'The cluster knows all kinds of objects',
  facts: [served.name],
  scope: 'change',
  targets: clusterTargets,
  examine: (_config, facts) =>
    need(served, facts).missing.map(({ apiVersion, kind }) => ({
      code: 'cluster-refused',
      message: `The cluster serves no ${kind} of ${apiVersion}`,
      because: 'its definition is not installed, or that version is not served any more',
      fix: fixFor({ apiVersion, kind }),
    })),
};

/** Who brings the definitions of a group. */
const BROUGHT: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io':
    'install the Gateway API and a controller for it (https://gateway-api.sigs.k8s.io), or choose another kubernetes.expose.type',
  'networking.gke.io': 'deploy to a cluster of GKE, or choose another kubernetes.expose.class',
  'cloud.google.com': 'deploy to a cluster of GKE, or choose another kubernetes.expose.class',
};

const fixFor = ({ apiVersion }: KindRef): string =>
  BROUGHT[groupOf(apiVersion)] ?? 'upgrade the cluster to one that serves it: kubectl api-resources shows what it has';

/** An autoscaler that hears nothing changes nothing: the app serves all the same. */
export const loadMeasured: Check = {
  id: 'metrics',
  title: 'The autoscaler is told how busy pods are',
  facts: [demand.name, served.name],
  scope: 'change',
  targets: clusterTargets,
  examine(_config, facts) {
    if (!need(demand, facts).scales || need(served, facts).metrics) return [];
    return [
      {
        code: 'cluster-refused',
        level: 'warning',
        message: 'Nobody measures how busy pods are, so their number will not follow it',
        because: 'the cluster serves no metrics.k8s.io, which the HorizontalPodAutoscaler asks',
        fix: 'install metrics-server, or set kubernetes.replicas.max to its min',
      },
    ];
  },
};
