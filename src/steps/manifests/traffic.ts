import type { KubeObject } from '../../core/kube.ts';
import { meta, selector } from './meta.ts';
import type { Values } from './values.ts';

export const servicePort = ({ tls }: Pick<Values, 'tls'>): number => (tls === '' ? 80 : 443);

/** The address inside the cluster, and outside with a load balancer. */
export const service = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(values),
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

export const ingress = (values: Values): KubeObject => {
  const { host, class: className } = values.expose;
  const backend = { service: { name: values.name, port: { name: 'http' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta(values),
    spec: {
      ...(className !== '' && { ingressClassName: className }),
      ...(values.tls !== '' && { tls: [{ ...(host !== '' && { hosts: [host] }), secretName: values.tls }] }),
      rules: [{ ...(host !== '' && { host }), http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
};
