import type { KubeObject } from '../../core/kube.ts';
import { edgeTls } from './edge.ts';
import { className, ingressNotes } from './google.ts';
import { noted } from './meta.ts';
import type { Values } from './values.ts';

export const ingress = (values: Values): KubeObject => {
  const { host } = values.expose;
  const secretName = edgeTls(values);
  const backend = { service: { name: values.name, port: { name: 'http' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: noted(values, ingressNotes(values)),
    spec: {
      ...className(values),
      ...(secretName !== '' && { tls: [{ ...(host !== '' && { hosts: [host] }), secretName }] }),
      rules: [{ ...(host !== '' && { host }), http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
};
