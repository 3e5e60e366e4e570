import type { ClusterRef } from '../core/kube.ts';
import type { Config } from './config.ts';

type Named = { readonly app: Pick<Config['app'], 'name'>; readonly environment?: string | undefined };

/** What everything of an app on Kubernetes is called, or begins with: `shop`, `shop-staging`. */
export const objectName = ({ app, environment }: Named): string =>
  [app.name, ...(environment === undefined ? [] : [environment])].join('-');

/** What every question to the cluster begins with. */
export const clusterOf = ({ kubernetes: { context, namespace, gke } }: Pick<Config, 'kubernetes'>): ClusterRef => ({
  ...(context !== undefined && { context }),
  namespace,
  ...(gke && { gke }),
});
