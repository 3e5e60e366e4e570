import type { KubeObject } from '../../core/kube.ts';
import { meta, selector } from './meta.ts';
import type { Values } from './values.ts';

/** In % of what was asked for. */
const BUSY = 70;

export const autoscaler = (values: Values): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: meta(values),
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: values.name },
    minReplicas: values.replicas.min,
    maxReplicas: values.replicas.max,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: BUSY } } },
    ],
  },
});

/** Of several, all but one stay when a node is emptied; of one, nothing can be kept, and the node is not held up. */
export const disruptionBudget = (values: Values): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta(values),
  spec: {
    maxUnavailable: 1,
    selector: { matchLabels: selector(values) },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
});
