import type { KubeObject } from '../../core/kube.ts';
import { autoscaler, disruptionBudget } from './scaling.ts';
import { configMap, namespace, secret, serviceAccount } from './settings.ts';
import { ingress, networkPolicy, service } from './traffic.ts';
import type { Values } from './values.ts';
import { workload } from './workload.ts';

/** Every object of an app, in the order in which they are made. Pure: the same values, the same objects. */
export const objectsOf = (values: Values): KubeObject[] => [
  ...(values.createNamespace ? [namespace(values)] : []),
  serviceAccount(values),
  configMap(values),
  ...(values.secret === '' ? [] : [secret(values)]),
  networkPolicy(values),
  service(values),
  workload(values),
  ...(scales(values) ? [autoscaler(values)] : []),
  disruptionBudget(values),
  ...(values.expose.type === 'ingress' ? [ingress(values)] : []),
];

/** Who is told how many there are, once and for all, needs nobody who changes it. */
const scales = ({ stateless, replicas }: Values): boolean => stateless && replicas.max > replicas.min;
