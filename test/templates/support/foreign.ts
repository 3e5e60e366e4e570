/** The kinds that only some clusters know, as far as an app needs them: by the pages of the Gateway API and of GKE. */
import * as z from 'zod';
import type { KubeObject } from '../../../src/core/kube.ts';

const metadata = z.strictObject({
  name: z.string().regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/),
  namespace: z.string().min(1),
  labels: z.record(z.string(), z.string()),
});
const port = z.int().min(1).max(65_535);
const seconds = (most: number) => z.int().min(1).max(most);
const path = z.string().startsWith('/');
const serviceOf = z.strictObject({ group: z.literal(''), kind: z.literal('Service'), name: z.string().min(1) });
const draining = z.strictObject({ drainingTimeoutSec: z.int().min(0).max(3600) });
const LIFE = 86_400;

const kind = <Spec extends z.ZodType>(apiVersion: string, name: string, spec: Spec) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(name), metadata, spec });

const hostname = z.string().regex(/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

const tls = z.strictObject({
  mode: z.literal('Terminate'),
  certificateRefs: z.tuple([
    z.strictObject({ group: z.literal(''), kind: z.literal('Secret'), name: z.string().min(1) }),
  ]),
});
const listener = {
  name: z.string().min(1),
  port,
  hostname: hostname.optional(),
  allowedRoutes: z.strictObject({ namespaces: z.strictObject({ from: z.enum(['Same', 'All']) }) }),
};
const gateway = z.strictObject({
  gatewayClassName: z.string().min(1).max(253),
  listeners: z
    .array(
      z.discriminatedUnion('protocol', [
        z.strictObject({ ...listener, protocol: z.literal('HTTP') }),
        z.strictObject({ ...listener, protocol: z.literal('HTTPS'), tls }),
      ]),
    )
    .min(1),
});

const route = z.strictObject({
  parentRefs: z.array(z.strictObject({ name: z.string().min(1) })).min(1),
  hostnames: z.array(hostname).min(1).optional(),
  rules: z.array(
    z.strictObject({
      matches: z.array(z.strictObject({ path: z.strictObject({ type: z.literal('PathPrefix'), value: path }) })),
      backendRefs: z.array(z.strictObject({ name: z.string().min(1), port })).min(1),
    }),
  ),
});

const backendConfig = z.strictObject({
  timeoutSec: seconds(LIFE),
  connectionDraining: draining,
  sessionAffinity: z.strictObject({
    affinityType: z.enum(['CLIENT_IP', 'GENERATED_COOKIE']),
    affinityCookieTtlSec: seconds(LIFE),
  }),
  healthCheck: z
    .strictObject({
      type: z.enum(['HTTP', 'HTTPS', 'HTTP2']),
      requestPath: path,
      port,
      checkIntervalSec: seconds(300),
      timeoutSec: seconds(300),
    })
    .optional(),
});

const backendPolicy = z.strictObject({
  default: z.strictObject({
    timeoutSec: seconds(LIFE),
    connectionDraining: draining,
    sessionAffinity: z.strictObject({
      type: z.enum(['CLIENT_IP', 'GENERATED_COOKIE']),
      cookieTtlSec: seconds(LIFE),
    }),
  }),
  targetRef: serviceOf,
});

const fixed = { portSpecification: z.literal('USE_FIXED_PORT'), port };
const healthCheckPolicy = z.strictObject({
  default: z.strictObject({
    checkIntervalSec: seconds(300),
    timeoutSec: seconds(300),
    config: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('HTTP'),
        httpHealthCheck: z.strictObject({ ...fixed, requestPath: path }),
      }),
      z.strictObject({ type: z.literal('TCP'), tcpHealthCheck: z.strictObject(fixed) }),
    ]),
  }),
  targetRef: serviceOf,
});

const KINDS = z.discriminatedUnion('kind', [
  kind('gateway.networking.k8s.io/v1', 'Gateway', gateway),
  kind('gateway.networking.k8s.io/v1', 'HTTPRoute', route),
  kind('cloud.google.com/v1', 'BackendConfig', backendConfig),
  kind('networking.gke.io/v1', 'ManagedCertificate', z.strictObject({ domains: z.array(hostname).min(1) })),
  kind('networking.gke.io/v1', 'GCPBackendPolicy', backendPolicy),
  kind('networking.gke.io/v1', 'HealthCheckPolicy', healthCheckPolicy),
]);

/** What is wrong with an object of one of these kinds, a line each. */
export const wrongIn = (object: KubeObject): string[] =>
  KINDS.safeParse(object).error?.issues.map(
    ({ path: place, message }) => `${object.kind}.${place.join('.')}: ${message}`,
  ) ?? [];
