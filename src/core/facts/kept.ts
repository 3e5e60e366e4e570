import { fact } from '../fact.ts';
import type { JsonObject } from '../json.ts';

/** What is kept of earlier deploys to this target, and what bytechat would put there. */
export interface KeptFact {
  /** The releases that are whole. */
  readonly releases: readonly string[];
  /** The releases that have served, the latest first. */
  readonly order: readonly string[];
  /** How each of them was run when it served last. */
  readonly settings: { readonly [release: string]: JsonObject };
  /** Copies of the data, the latest first: `<release>-<time>`, made when that release was left. */
  readonly backups: readonly string[];
  /** The release of the last deploy that ended well, and its config; empty when there is none. */
  readonly proved: string;
  readonly provedConfig: string;
  /** Who would own the address with this version of bytechat: on `local` the hash of the supervisor's program. */
  readonly keeper: string;
  /** The names of secrets that have no value. */
  readonly missing: readonly string[];
  /** What each secret hashes to: a change is seen, the value is not. */
  readonly secrets: { readonly [name: string]: string };
  readonly [key: string]: string | readonly string[] | JsonObject;
}

export const kept = fact<KeptFact>('kept');
