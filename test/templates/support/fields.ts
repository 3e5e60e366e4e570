import * as kubernetes from '@kubernetes/client-node';
import type { KubeObject } from '../../../src/core/kube.ts';

interface Model {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string }[];
}

const models = kubernetes as unknown as Readonly<Record<string, Model | undefined>>;

/** `V1Deployment`, as the client's tables call it. */
const modelOf = ({ apiVersion, kind }: KubeObject): string => {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
};

/** Kinds that come with every cluster. */
export const isBuiltIn = (object: KubeObject): boolean => models[modelOf(object)]?.getAttributeTypeMap !== undefined;

/** Fields of a built-in kind that do not exist, and values of a wrong type, by the tables of Kubernetes' own client. */
export const wrongFields = (object: KubeObject): string[] => wrongIn(modelOf(object), object, object.kind);

const wrongIn = (type: string, value: unknown, path: string): string[] => {
  if (value === undefined) return [];
  const item = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (item !== undefined) return wrongInList(item, value, path);
  const member = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (member !== undefined) return wrongInMap(() => member, value, path);
  const model = models[type];
  if (model?.getAttributeTypeMap !== undefined) return wrongInModel(model, value, path);
  return ['string', 'number', 'boolean'].includes(type) && typeof value !== type
    ? [`${path}: ${type} is wanted, not ${JSON.stringify(value)}`]
    : [];
};

const wrongInList = (type: string, value: unknown, path: string): string[] =>
  Array.isArray(value)
    ? value.flatMap((item, index) => wrongIn(type, item, `${path}[${index}]`))
    : [`${path}: a list is wanted`];

const wrongInMap = (typeOf: (key: string) => string | undefined, value: unknown, path: string): string[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: an object is wanted`];
  return Object.entries(value).flatMap(([key, item]) => {
    const type = typeOf(key);
    return type === undefined ? [`${path}.${key}: there is no such field`] : wrongIn(type, item, `${path}.${key}`);
  });
};

const wrongInModel = (model: Model, value: unknown, path: string): string[] => {
  const types = new Map(model.getAttributeTypeMap().map(({ baseName, type }) => [baseName, type]));
  return wrongInMap(key => types.get(key), value, path);
};
