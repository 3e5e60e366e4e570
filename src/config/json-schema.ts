import * as z from 'zod';
import { ConfigFile } from './schema.ts';

/** The parts of JSON Schema (draft 2020-12) that the schema of `bytechat.yaml` uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | false;
}

/** `bytechat.yaml` as editors and validators want it described. */
export const fileSchema = (): JsonSchema & { readonly $schema: string } => {
  const { $schema, ...schema } = z.toJSONSchema(ConfigFile, {
    io: 'input',
    unrepresentable: 'any',
    override: standard,
  });
  return {
    $schema,
    title: 'bytechat.yaml',
    description: 'How bytechat deploys a project',
    ...schema,
  } as unknown as JsonSchema & { $schema: string };
};

/** `starts_with` is no format of the standard; its pattern says the same. */
const standard = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
  if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
};
