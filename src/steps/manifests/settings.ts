import type { KubeObject } from '../../core/kube.ts';
import { labels, meta } from './meta.ts';
import type { Values } from './values.ts';

/** Nobody gets in who could not read what Pod Security "restricted" asks for. */
export const namespace = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: values.namespace,
    labels: { ...labels(values), 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
});

/** The app asks nothing of the cluster, so it gets no token for it. */
export const serviceAccount = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: meta(values),
  automountServiceAccountToken: false,
});

/** Named by its content: whoever goes back to a release goes back to its config. */
export const configMap = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta(values, values.configMap),
  immutable: true,
  data: { ...values.env },
});

export const secret = (values: Values): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(values, values.secret),
  immutable: true,
  type: 'Opaque',
  stringData: { ...values.secrets },
});
