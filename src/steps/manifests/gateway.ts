import type { JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube.ts';
import { edgeTls } from './edge.ts';
import { meta } from './meta.ts';
import { servicePort } from './traffic.ts';
import type { Values } from './values.ts';

/** The way in. It is the app's own: only routes of its namespace may join it. */
export const gateway = (values: Values): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: meta(values),
  spec: { gatewayClassName: values.expose.class, listeners: [listener(values)] },
});

const listener = (values: Values): JsonObject => {
  const { host } = values.expose;
  const secretName = edgeTls(values);
  const certificate = { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: secretName }] };
  return {
    ...(secretName === ''
      ? { name: 'http', protocol: 'HTTP', port: 80 }
      : { name: 'https', protocol: 'HTTPS', port: 443, tls: certificate }),
    ...(host !== '' && { hostname: host }),
    allowedRoutes: { namespaces: { from: 'Same' } },
  };
};

export const route = (values: Values): KubeObject => {
  const { host } = values.expose;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: meta(values),
    spec: {
      parentRefs: [{ name: values.name }],
      ...(host !== '' && { hostnames: [host] }),
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: values.name, port: servicePort(values) }],
        },
      ],
    },
  };
};
