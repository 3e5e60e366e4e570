import type { JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube.ts';
import { isGoogleGateway, isGoogleIngress, isManaged } from './edge.ts';
import { meta } from './meta.ts';
import type { Values } from './values.ts';

/** To Google's balancers the life of a WebSocket, busy or not, in s; 30 when they are told nothing. */
const LIFE = 3600;
/** How long connections that are open may last when their pod has been taken out, in s. */
const DRAINING = 60;
/** In s. */
const CHECK = { checkIntervalSec: 10, timeoutSec: 5 };

type Notes = { readonly [key: string]: string };

/** Pods are reached directly, and not by way of a node. */
export const serviceNotes = (values: Values): Notes =>
  isGoogleIngress(values)
    ? {
        'cloud.google.com/backend-config': JSON.stringify({ default: values.name }),
        'cloud.google.com/neg': JSON.stringify({ ingress: true }),
      }
    : {};

/** Google's controller goes by this annotation and passes over an ingress that has the field instead. */
export const ingressNotes = (values: Values): Notes => ({
  ...(isGoogleIngress(values) && { 'kubernetes.io/ingress.class': values.expose.class }),
  ...(isManaged(values) && { 'networking.gke.io/managed-certificates': values.name }),
  ...(isGoogleIngress(values) &&
    (isManaged(values) || values.tls !== '') && { 'kubernetes.io/ingress.allow-http': 'false' }),
});

export const className = (values: Values): JsonObject =>
  values.expose.class === '' || isGoogleIngress(values) ? {} : { ingressClassName: values.expose.class };

const backendConfig = (values: Values): KubeObject => ({
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: meta(values),
  spec: {
    timeoutSec: LIFE,
    connectionDraining: { drainingTimeoutSec: DRAINING },
    sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: LIFE },
    ...(values.health.path !== '' && {
      healthCheck: { type: 'HTTP', requestPath: values.health.path, port: values.port, ...CHECK },
    }),
  },
});

const managedCertificate = (values: Values): KubeObject => ({
  apiVersion: 'networking.gke.io/v1',
  kind: 'ManagedCertificate',
  metadata: meta(values),
  spec: { domains: [values.expose.host] },
});

/** What a gateway takes instead of a BackendConfig. */
const backendPolicy = (values: Values): KubeObject => ({
  apiVersion: 'networking.gke.io/v1',
  kind: 'GCPBackendPolicy',
  metadata: meta(values),
  spec: {
    default: {
      timeoutSec: LIFE,
      connectionDraining: { drainingTimeoutSec: DRAINING },
      sessionAffinity: { type: 'GENERATED_COOKIE', cookieTtlSec: LIFE },
    },
    targetRef: serviceOf(values),
  },
});

const healthCheckPolicy = (values: Values): KubeObject => ({
  apiVersion: 'networking.gke.io/v1',
  kind: 'HealthCheckPolicy',
  metadata: meta(values),
  spec: { default: { ...CHECK, config: healthCheck(values) }, targetRef: serviceOf(values) },
});

const healthCheck = ({ health: { path }, port }: Values): JsonObject => {
  const place = { portSpecification: 'USE_FIXED_PORT', port };
  return path === ''
    ? { type: 'TCP', tcpHealthCheck: place }
    : { type: 'HTTP', httpHealthCheck: { ...place, requestPath: path } };
};

const serviceOf = ({ name }: Values): JsonObject => ({ group: '', kind: 'Service', name });

/** What Google's balancer is told of its backends: before the objects that name it. */
export const googleObjects = (values: Values): KubeObject[] => [
  ...(isGoogleIngress(values) ? [backendConfig(values)] : []),
  ...(isManaged(values) ? [managedCertificate(values)] : []),
  ...(isGoogleGateway(values) ? [backendPolicy(values), healthCheckPolicy(values)] : []),
];
