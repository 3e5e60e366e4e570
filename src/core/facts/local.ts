import { fact } from '../fact.ts';
import type { JsonObject } from '../json.ts';

/** What runs for this project on this machine. */
export interface ServingFact {
  /** `answers`: a supervisor runs. `gone`: it has died and may have left its app behind. `none`: nothing was started. */
  readonly supervisor: 'answers' | 'gone' | 'none';
  /** The hash of the supervisor's program. */
  readonly version: string;
  /** The release that runs; empty when none does. */
  readonly release: string;
  readonly config: string;
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  readonly since: string;
  readonly log: string;
  readonly restarts: number;
  readonly [key: string]: string | number;
}

export const serving = fact<ServingFact>('serving');

/** What lies in the state folder, and what bytechat would put there. */
export interface LocalFact {
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
  /** The hash of the supervisor's program as it is in this version of bytechat. */
  readonly supervisor: string;
  /** The names of secrets that have no value. */
  readonly missing: readonly string[];
  /** What each secret hashes to: a change is seen, the value is not. */
  readonly secrets: { readonly [name: string]: string };
  readonly [key: string]: string | readonly string[] | JsonObject;
}

export const local = fact<LocalFact>('local');

/** The ports that the app may take. */
export interface PortsFact {
  readonly free: number;
  readonly taken: number;
  readonly [key: string]: number;
}

export const ports = fact<PortsFact>('ports');
