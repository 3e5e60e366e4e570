import * as z from 'zod';

/** The same shape with nothing required and nothing filled in. Lists stay whole, because they replace. */
export const overlayOf = (schema: z.ZodObject): z.ZodObject =>
  z.strictObject(Object.fromEntries(Object.entries(schema.shape).map(([key, value]) => [key, optionalOf(value)])));

const optionalOf = (schema: z.core.$ZodType): z.ZodType => {
  const inner = bare(schema);
  const partial = (inner instanceof z.ZodObject ? overlayOf(inner) : inner) as z.ZodType;
  return partial.optional().describe(descriptionOf(schema));
};

const isWrapper = (schema: z.core.$ZodType): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;

const bare = (schema: z.core.$ZodType): z.core.$ZodType => (isWrapper(schema) ? bare(schema.unwrap()) : schema);

/** Said of the whole, or of what is wrapped. */
const descriptionOf = (schema: z.core.$ZodType): string =>
  (schema as z.ZodType).description ?? (isWrapper(schema) ? descriptionOf(schema.unwrap()) : '');
