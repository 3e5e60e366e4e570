import * as z from 'zod';
import type { Group, Operation } from '../operations/operation.ts';

/** One option, as the command line needs it. */
export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  /** How the text that was typed is read. */
  readonly type: 'boolean' | 'number' | 'string' | 'list';
  readonly choices?: readonly string[];
  readonly byDefault?: string | number | boolean;
}

/** What is typed without a name before it: `ansible run <playbook>`. */
export interface ArgumentSpec {
  readonly key: string;
  readonly description: string;
}

/** One subcommand, as the help needs it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly group: Group;
  readonly kind: Operation['kind'];
  /** What stands behind its words; what is meant is told by `key`. */
  readonly argument?: ArgumentSpec;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly (readonly [command: string, purpose: string])[];
}

/**
 * The table of operations as plain data. The build writes it beside the program, so that `--help` loads neither the
 * operations nor their validator.
 */
export const manifestOf = (
  operations: Readonly<
    Record<string, Pick<Operation, 'summary' | 'group' | 'kind' | 'options' | 'argument' | 'examples'>>
  >,
): CommandSpec[] =>
  Object.entries(operations).map(([name, { summary, group, kind, options, argument: key, examples }]) => {
    const { [key ?? '']: argument, ...rest } = propertiesOf(options);
    return {
      name,
      summary,
      group,
      kind,
      examples,
      ...(key !== undefined && { argument: { key, description: argument?.description ?? '' } }),
      options: Object.entries(rest).map(([each, property]) => optionOf(each, property)),
    };
  });

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: string | number | boolean;
}

/** Those that have a letter of their own. */
const LETTERS: Readonly<Record<string, string>> = { follow: 'f', lines: 'n' };

/** What a value is, where the name of its option does not say it. */
const VALUES: Readonly<Record<string, string>> = { plan: 'file', out: 'file', dir: 'folder' };

const propertiesOf = (schema: z.ZodObject): Record<string, Property> =>
  (z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Property> }).properties ?? {};

/** What is neither of these is text. */
const KINDS: Readonly<Record<string, OptionSpec['type']>> = {
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  array: 'list',
};

const optionOf = (key: string, { type, enum: choices, description = '', default: byDefault }: Property): OptionSpec => {
  const kind = KINDS[type ?? ''] ?? 'string';
  const long = `--${key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  const name = LETTERS[key] ? `-${LETTERS[key]}, ${long}` : long;
  return {
    flags: kind === 'boolean' ? name : `${name} <${choices ? 'name' : kind === 'number' ? 'n' : (VALUES[key] ?? key)}>`,
    description,
    type: kind,
    ...(choices && { choices }),
    ...(byDefault !== undefined && byDefault !== false && { byDefault }),
  };
};
