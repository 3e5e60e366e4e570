/** How one text frame is described: a JSON array `[type, field, …]`, or `[type, {field: …}]`, and the object it means. */
import * as z from 'zod';
import type { Bytes } from './bytes.ts';
import { fail } from './failure.ts';
import { base64url, unbase64url } from './text.ts';

// Compiled validators are made with `new Function`, which the page's content security policy refuses.
z.config({ jitless: true });

type Fields = Record<string, z.ZodType>;
type Flat<T> = { [K in keyof T]: T[K] };

export interface Schema {
  type: string;
  /** The JSON form, strict about length, fields and types. */
  wire: z.ZodType<unknown[], unknown[]>;
  /** The fields after the type, in order; undefined when one object holds them all. */
  order: string[] | undefined;
}

export interface FrameSchema<T extends string, F extends Fields> extends Schema {
  type: T;
  fields: F;
}

/** The frame that a schema describes, as an object with a `type`. */
export type FrameOf<S> = S extends FrameSchema<infer T, infer F> ? Flat<{ type: T } & Values<F>> : never;

/** Without fields zod infers an object in which nothing may stand, not even the type. */
type Values<F extends Fields> = keyof F extends never ? unknown : z.output<z.ZodObject<F>>;

/** `[type, field, field, …]` */
export function list<T extends string, F extends Fields>(type: T, fields: F): FrameSchema<T, F> {
  const parts = [z.literal(type), ...Object.values(fields)] satisfies z.ZodType[];
  return { type, wire: z.tuple(parts as [z.ZodType]), order: Object.keys(fields), fields };
}

/** `[type, {field: …, field: …}]` */
export function record<T extends string, F extends Fields>(type: T, fields: F): FrameSchema<T, F> {
  return { type, wire: z.tuple([z.literal(type), z.strictObject(fields)]), order: undefined, fields };
}

type Frame = { type: string } & Record<string, unknown>;

/** Fails with `bad-frame` when `json` is not exactly what the schema says. */
export function fromWire(schema: Schema, json: unknown): Frame {
  const { success, data, error } = z.safeDecode(schema.wire, json as unknown[]);
  if (!success) return fail('bad-frame', `${schema.type} ${error.issues[0]?.path.join('.') ?? ''}`);
  const [, ...values] = data;
  const fields = schema.order ? Object.fromEntries(schema.order.map((name, at) => [name, values[at]])) : values[0];
  return { ...(fields as Record<string, unknown>), type: schema.type };
}

export function toWire(schema: Schema, frame: Frame): unknown[] {
  const { type, ...fields } = frame;
  return z.encode(schema.wire, [type, ...(schema.order ? schema.order.map(name => fields[name]) : [fields])]);
}

const isBytes = z.custom<Bytes>(value => value instanceof Uint8Array);

/** Bytes as base64url; of exactly `length`, if given. */
export const bytes = (length?: number) =>
  z.codec(z.string(), isBytes, {
    decode: (text, context) => {
      const decoded = unbase64url(text);
      if (decoded && (length === undefined || decoded.length === length)) return decoded;
      context.issues.push({ code: 'custom', message: 'not these bytes', input: text });
      return z.NEVER;
    },
    encode: base64url,
  });

/** A whole number from 0 to 2^53 − 1. */
export const count = () => z.int().nonnegative();
