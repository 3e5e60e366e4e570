import type { KubeObject } from '../../core/kube.ts';
import { gateway, route } from './gateway.ts';
import { googleObjects } from './google.ts';
import { ingress } from './ingress.ts';
import { autoscaler, disruptionBudget } from './scaling.ts';
import { configMap, namespace, secret, serviceAccount } from './settings.ts';
import { networkPolicy, service } from './traffic.ts';
import type { Values } from './values.ts';
import { workload } from './workload.ts';

/** Every object of an app, in the order in which they are made. Pure: the same values, the same objects. */
export const objectsOf = (values: Values): KubeObject[] => [
  ...(values.createNamespace ? [namespace(values)] : []),
  serviceAccount(values),
  configMap(values),
  ...(values.secret === '' ? [] : [secret(values)]),
  networkPolicy(values),
  ...googleObjects(values),
  service(values),
  workload(values),
  ...(scales(values) ? [autoscaler(values)] : []),
  disruptionBudget(values),
  ...edge(values),
];

const edge = (values: Values): KubeObject[] => {
  if (values.expose.type === 'ingress') return [ingress(values)];
  return values.expose.type === 'gateway' ? [gateway(values), route(values)] : [];
};

/** Who is told how many there are, once and for all, needs nobody who changes it. */
const scales = ({ stateless, replicas }: Values): boolean => stateless && replicas.max > replicas.min;
