import { type Json, mapJson } from '../../core/json.ts';
import { type KubeObject, OWN } from '../../core/kube.ts';
import { objectsOf } from './objects.ts';
import type { Values } from './values.ts';

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** The objects as the chart makes them: Helm manages them, and takes none away that another release may need. */
export const chartObjects = (values: Values): KubeObject[] =>
  objectsOf(values).map(object => kept(mapJson(object as Json, byHelm) as unknown as KubeObject));

const byHelm = (value: Json): Json =>
  typeof value === 'object' && value !== null && Reflect.get(value, MANAGED_BY) === OWN.manager
    ? { ...(value as object), [MANAGED_BY]: 'Helm' }
    : value;

const kept = (object: KubeObject): KubeObject =>
  object.kind === 'ConfigMap' || object.kind === 'Secret'
    ? { ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } } }
    : object;
