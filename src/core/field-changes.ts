import { canonical, isValueRef, type Json, type JsonObject } from './json.ts';
import type { KubeObject } from './kube.ts';
import { quantity } from './quantity.ts';

/** One field that would become another: `spec.replicas` from 2 to 3. */
export interface FieldChange {
  readonly path: string;
  /** Undefined: it is not there. */
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/** What is wanted that is not there so. What the cluster has added by itself is nobody's business. */
export const fieldChanges = (wanted: KubeObject, live: KubeObject): FieldChange[] =>
  Object.entries(wanted).flatMap(([key, value]) => (IGNORED.includes(key) ? [] : differences(key, value, live[key])));

/** The same, with what would be taken out: for two that are both whole, as the API server writes them. */
export const allFieldChanges = (from: KubeObject, to: KubeObject): FieldChange[] => [
  ...fieldChanges(to, from),
  ...fieldChanges(from, to)
    .filter(change => change.from === undefined)
    .map(({ path, to: gone }): FieldChange => ({ path, from: gone, to: undefined })),
];

/** Values of secrets come back in another form, and are never read: a Secret is named by its content. */
const IGNORED = ['stringData', 'data.***'];

const differences = (path: string, wanted: Json | undefined, live: Json | undefined): FieldChange[] => {
  if (wanted === undefined) return [];
  if (isSame(wanted, live)) return [];
  if (isObject(wanted) && isObject(live) && !isValueRef(wanted))
    return Object.entries(wanted).flatMap(([key, value]) => differences(`${path}.${key}`, value, live[key]));
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.every(isObject)) return inList(path, wanted, live);
  return [{ path, from: live, to: wanted }];
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing and empty are the same to the API server; `1000m` and `1` are. */
const isSame = (wanted: Json, live: Json | undefined): boolean =>
  canonical(wanted) === canonical(live) ||
  (isEmpty(wanted) && live === undefined) ||
  quantity(wanted) === quantity(live);

const isEmpty = (value: Json): boolean =>
  value === '' || value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** What tells the items of a list from each other, in this order (Kubernetes' own merge keys). */
const KEYS = [
  'name',
  'containerPort',
  'mountPath',
  'port',
  'type',
  'topologyKey',
  'host',
  'path',
  'configMapRef',
  'secretRef',
];

const inList = (path: string, wanted: readonly JsonObject[], live: readonly Json[]): FieldChange[] => {
  const key = KEYS.find(name => wanted.every(item => item[name] !== undefined));
  const found = (item: JsonObject, index: number): Json | undefined =>
    key === undefined
      ? live[index]
      : live.find(other => isObject(other) && canonical(other[key]) === canonical(item[key]));
  return wanted.flatMap((item, index) => {
    const label = key === undefined || isObject(item[key]) ? index : item[key];
    return differences(`${path}[${label}]`, item, found(item, index));
  });
};
