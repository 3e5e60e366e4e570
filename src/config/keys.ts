import { fileSchema, type JsonSchema } from './json-schema.ts';

/** One key of `bytechat.yaml`, for people. */
export interface Key {
  /** `app.health[].http` */
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  /** As it would be written in the file; none when it is left out. */
  readonly byDefault?: string;
  readonly what: string;
}

/** Every key of the file, in its order, from its schema. */
export const keysOf = (schema: JsonSchema = fileSchema()): Key[] => keysBelow(schema, '', '');

const keysBelow = ({ properties = {}, required = [] }: JsonSchema, parent: string, note: string): Key[] =>
  Object.entries(properties).flatMap(([name, schema]) => {
    const key = parent === '' ? name : `${parent}.${name}`;
    const isRequired = required.includes(name);
    return [keyOf(schema, { key, required: isRequired, note: isRequired ? '' : note }), ...inside(schema, key)];
  });

const keyOf = (schema: JsonSchema, { key, required, note }: { key: string; required: boolean; note: string }): Key => {
  const byDefault = defaultOf(schema);
  return {
    key,
    type: typeOf(schema),
    required,
    ...(byDefault !== undefined && { byDefault }),
    what: `${schema.description ?? ''}${note}`,
  };
};

/** Keys of a mapping, of each kind of thing in a list, and of a mapping by names. */
const inside = (schema: JsonSchema, key: string): Key[] => {
  if (schema.properties) return keysBelow(schema, key, '');
  const kinds = (schema.items?.anyOf ?? []).filter(({ properties }) => properties);
  if (kinds.length > 0)
    return kinds.flatMap(kind => keysBelow(kind, `${key}[]`, ` (with ${(kind.required ?? []).join(', ')})`));
  const named = schema.additionalProperties || undefined;
  if (!named?.properties) return [];
  return [{ key: `${key}.<name>`, type: 'any of the keys above', required: false, what: named.description ?? '' }];
};

const typeOf = (schema: JsonSchema): string => {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(', or ');
  if (schema.enum) return schema.enum.join(', ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'number':
      return `number${bounds(schema)}`;
    case 'array':
      return schema.items?.type === 'string' ? 'list of texts' : 'list of mappings';
    default:
      return schema.additionalProperties && !schema.properties ? mappingOf(schema.additionalProperties) : 'mapping';
  }
};

const mappingOf = ({ type }: JsonSchema): string => (type === 'string' ? 'names and texts' : 'names and mappings');

const bounds = ({ minimum, exclusiveMinimum, maximum }: JsonSchema): string => {
  return exclusiveMinimum === undefined ? `, ${minimum} to ${maximum}` : ` above ${exclusiveMinimum}, up to ${maximum}`;
};

/** A mapping is there with the defaults of its keys, which are told on their own. */
const defaultOf = ({ default: value, properties }: JsonSchema): string | undefined =>
  value === undefined || properties ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
