import type { Besides } from '../../../core/facts/kube-set.ts';
import type { Json, JsonObject } from '../../../core/json.ts';
import { type KubeObject, OWN } from '../../../core/kube.ts';

/** Who has set which fields, as the API server keeps it (`metadata.managedFields`, meta/v1 FieldsV1). */
interface Managed {
  readonly manager?: string;
  readonly subresource?: string;
  readonly fieldsV1?: JsonObject;
}

/** What the cluster itself writes: no news to anybody. */
const CLUSTER = /^(kube-|kubelet|k3s|k0s|coredns)/;

/**
 * What others have set that the set says nothing of: applying leaves it as it is. `shown` and `wanted` are as the API
 * writes them, with the values of secrets masked.
 */
export const besidesIn = (live: KubeObject, shown: KubeObject, wanted: KubeObject): Besides[] => {
  const all = (live.metadata.managedFields ?? []) as unknown as readonly Managed[];
  return all
    .filter(({ manager = '', subresource }) => manager !== OWN.manager && !subresource && !CLUSTER.test(manager))
    .flatMap(entry => pathsOf(entry).map(path => ({ path, by: entry.manager ?? '' })))
    .filter(({ path }) => valueAt(wanted, path) === undefined && !QUIET.test(textOf(path)))
    .flatMap(({ path, by }) => {
      const value = valueAt(shown, path);
      return value === undefined ? [] : [{ path: textOf(path), value, by }];
    });
};

/** A copy of the whole. */
const QUIET = /last-applied-configuration|^metadata\.(annotations|labels)$|^status/;

/** `f:spec`, or `k:{"name":"web"}`: a field, or the item of a list that has these. */
type Path = readonly string[];

const pathsOf = ({ fieldsV1 = {} }: Managed): Path[] => leaves(fieldsV1, []);

const leaves = (fields: JsonObject, above: Path): Path[] =>
  Object.entries(fields).flatMap(([key, below]) => {
    if (key === '.') return [];
    const path = [...above, key];
    const deeper = Object.keys((below ?? {}) as JsonObject).filter(each => each !== '.');
    return deeper.length === 0 ? [path] : leaves(below as JsonObject, path);
  });

const textOf = (path: Path): string =>
  path
    .map(step => (step.startsWith('f:') ? `.${step.slice(2)}` : `[${itemName(step)}]`))
    .join('')
    .slice(1);

const itemName = (step: string): string =>
  step.startsWith('k:') ? Object.values(JSON.parse(step.slice(2))).join(' ') : step.slice(2);

const valueAt = (object: KubeObject, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (step.startsWith('f:')) return Reflect.get(value, step.slice(2));
    if (!step.startsWith('k:') || !Array.isArray(value)) return undefined;
    const wanted = Object.entries(JSON.parse(step.slice(2)));
    return value.find(item => wanted.every(([key, own]) => Reflect.get(Object(item), key) === own));
  }, object as Json);
