/** A secret by name. Its value is never part of a plan; the runner looks it up at the last moment. */
export interface SecretRef {
  readonly $secret: string;
}

/** A value that exists only while a plan runs: what an earlier action saved under this name (`start.url` is its field `url`). */
export interface ValueRef {
  readonly $value: string;
}

/** What plans, facts and events are made of. The two references are JSON objects with a marker key. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

export type JsonObject = { readonly [key: string]: Json | undefined };

/** A Docker configuration with one login: it is put together where it is applied, as one text. */
export interface DockerConfigRef {
  readonly $dockerConfig: { readonly host: string; readonly username: string; readonly password: SecretRef };
}

const hasOnly = (value: unknown, key: string): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  typeof Reflect.get(value, key) === 'string';

export const isSecretRef = (value: unknown): value is SecretRef & JsonObject => hasOnly(value, '$secret');

export const isValueRef = (value: unknown): value is ValueRef & JsonObject => hasOnly(value, '$value');

export const isDockerConfigRef = (value: unknown): value is DockerConfigRef & JsonObject =>
  isSecretRef(Reflect.get(Object(Reflect.get(Object(value), '$dockerConfig')), 'password'));

/** Rebuilds JSON bottom-up; `change` sees every value, references first. */
export const mapJson = (value: Json, change: (leaf: Json) => Json): Json => {
  const changed = change(value);
  if (changed !== value || typeof value !== 'object' || value === null) return changed;
  if (Array.isArray(value)) return value.map(item => mapJson(item, change));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, mapJson(item, change)]])),
  );
};

/** The same text for the same content, whatever the order of the keys: for hashes and comparisons. */
export const canonical = (value: Json | undefined): string => {
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`;
};

/** JSON that readers of YAML take for the same: they refuse or fold some characters that JSON leaves as they are. */
export const jsonForYaml = (value: Json | object): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
