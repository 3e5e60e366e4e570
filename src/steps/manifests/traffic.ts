import type { KubeObject } from '../../core/kube.ts';
import { appTls } from './edge.ts';
import { serviceNotes } from './google.ts';
import { meta, noted, selector } from './meta.ts';
import type { Values } from './values.ts';

export const servicePort = (values: Pick<Values, 'tls' | 'expose'>): number => (appTls(values) === '' ? 80 : 443);

/** The address inside the cluster, and outside with a load balancer. */
export const service = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: noted(values, serviceNotes(values)),
  spec: {
    type: values.expose.type === 'loadBalancer' ? 'LoadBalancer' : 'ClusterIP',
    selector: selector(values),
    ports: [{ name: 'http', port: servicePort(values), targetPort: 'http', protocol: 'TCP' }],
  },
});

/** Only the app's own port can be reached from elsewhere. */
export const networkPolicy = (values: Values): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: meta(values),
  spec: {
    podSelector: { matchLabels: selector(values) },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ port: values.port, protocol: 'TCP' }] }],
  },
});
