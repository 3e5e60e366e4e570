import { type KubeMeta, OWN } from '../../core/kube.ts';
import type { Values } from './values.ts';

/** What tells the app's pods from all others: it can never be changed, so nothing that changes is in it. */
export const selector = ({ name }: Values) => ({ [OWN.app]: name });

export const labels = ({ name }: Values) => ({
  [OWN.app]: name,
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/managed-by': OWN.manager,
});

export const meta = (values: Values, name: string = values.name): KubeMeta => ({
  name,
  namespace: values.namespace,
  labels: labels(values),
});

/** The same with annotations, when there are any. */
export const noted = (values: Values, annotations: { readonly [key: string]: string }): KubeMeta => ({
  ...meta(values),
  ...(Object.keys(annotations).length > 0 && { annotations }),
});
