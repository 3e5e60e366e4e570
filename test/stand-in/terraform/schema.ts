import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An attribute: its type, and `!` required, `?` optional, `~` optional and filled in by Google, `=` Google's alone.
 * A block: how many there must and may be (0: any number), and what is in it.
 */
export type Member = string | { readonly min: number; readonly max: number; readonly of: Block };

export interface Block {
  readonly [name: string]: Member;
}

export interface Schema {
  /** Of the provider. */
  readonly version: string;
  readonly provider: Block;
  readonly resources: Readonly<Record<string, Block>>;
  readonly data: Readonly<Record<string, Block>>;
}

/** The schema of hashicorp/google, of what our templates use; scripts/terraform-schema.ts says where it comes from. */
export const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'schema.json'), 'utf8')) as Schema;
