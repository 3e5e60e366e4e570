/** How one kind of object is found in the API. */
export interface Resource {
  /** `apps/v1`, or `v1` of the core. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export const resource = (apiVersion: string, kind: string, plural: string, namespaced = true): Resource => ({
  apiVersion,
  kind,
  plural,
  namespaced,
});

/** What our own objects are, so that nobody has to ask the cluster. */
export const OWN_KINDS: readonly Resource[] = [
  resource('v1', 'Namespace', 'namespaces', false),
  resource('v1', 'ServiceAccount', 'serviceaccounts'),
  resource('v1', 'ConfigMap', 'configmaps'),
  resource('v1', 'Secret', 'secrets'),
  resource('v1', 'Service', 'services'),
  resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  resource('apps/v1', 'Deployment', 'deployments'),
  resource('apps/v1', 'StatefulSet', 'statefulsets'),
  resource('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  resource('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  resource('networking.k8s.io/v1', 'Ingress', 'ingresses'),
];

/** What else a way in is made of: a cluster knows these only when somebody has installed them. */
export const INSTALLED_KINDS: readonly Resource[] = [
  resource('gateway.networking.k8s.io/v1', 'Gateway', 'gateways'),
  resource('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  resource('cloud.google.com/v1', 'BackendConfig', 'backendconfigs'),
  resource('networking.gke.io/v1', 'ManagedCertificate', 'managedcertificates'),
  resource('networking.gke.io/v1', 'GCPBackendPolicy', 'gcpbackendpolicies'),
  resource('networking.gke.io/v1', 'HealthCheckPolicy', 'healthcheckpolicies'),
];

/** `apps` of `apps/v1`; empty of the core's `v1`. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
