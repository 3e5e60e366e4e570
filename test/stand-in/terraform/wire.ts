import type { Field } from './protobuf.ts';
import type { Block, Member } from './schema.ts';

/** The numbers below are those of Terraform's plugin protocol 6 (tfplugin6). */
const LIST = 2;

/** `list(string)!` as `["list","string"]`. */
const typeOf = (kind: string): string => {
  const [, outer = '', inner] = /^(\w+)(?:\((\w+)\))?/.exec(kind) ?? [];
  return JSON.stringify(inner === undefined ? outer : [outer, inner]);
};

const attribute = (name: string, kind: string): Field[] => [
  [1, name],
  [2, Buffer.from(typeOf(kind))],
  [4, kind.endsWith('!')],
  [5, /[?~]$/.test(kind)],
  [6, /[~=]$/.test(kind)],
];

const nested = (name: string, { min, max, of }: Exclude<Member, string>): Field[] => [
  [1, name],
  [2, wireBlock(of)],
  [3, LIST],
  [4, min],
  [5, max],
];

const wireBlock = (block: Block): Field[] =>
  Object.entries(block).map(
    ([name, member]): Field => (typeof member === 'string' ? [2, attribute(name, member)] : [3, nested(name, member)]),
  );

const wireSchema = (block: Block): Field[] => [[2, wireBlock(block)]];

const schemas = (field: number, blocks: Readonly<Record<string, Block>>): Field[] =>
  Object.entries(blocks).map(
    ([type, block]): Field => [
      field,
      [
        [1, type],
        [2, wireSchema(block)],
      ],
    ],
  );

interface Known {
  readonly provider: Block;
  readonly resources: Readonly<Record<string, Block>>;
  readonly data: Readonly<Record<string, Block>>;
}

/** The answer to GetProviderSchema. */
export const wireSchemas = ({ provider, resources, data }: Known): Field[] => [
  [1, wireSchema(provider)],
  ...schemas(2, resources),
  ...schemas(3, data),
  [6, []],
];

/** One error, as a provider reports what its API has refused. */
export const failure = (summary: string, detail = ''): Field[] => [
  [1, 1],
  [2, summary],
  [3, detail],
];

/** Attributes whose change needs another object. */
export const replacing = (names: readonly string[]): Field[] => names.map((name): Field => [2, [[1, [[1, name]]]]]);
