import type { Upstream } from '../door.ts';
import { fact } from '../fact.ts';

/** One container of a release. */
export interface ContainerFact {
  readonly name: string;
  readonly release: string;
  readonly config: string;
  readonly runs: boolean;
  /** ISO 8601. */
  readonly created: string;
  readonly [key: string]: string | boolean;
}

/** The container of `docker run`. */
export interface TrialFact {
  readonly release: string;
  readonly config: string;
  readonly runs: boolean;
  /** The published port. */
  readonly port: number;
}

/** What Docker has of this project. */
export interface ContainersFact {
  /** False when Docker did not say which containers there are: the rest of this is not to be trusted then. */
  readonly known: boolean;
  /** `stopped`: it is there and does not answer. */
  readonly door: 'answers' | 'stopped' | 'none';
  /** The version of its program, and where it is published. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Where the door leads: the release that serves. Null when it leads nowhere. */
  readonly current: Upstream | null;
  /** A switch has failed half-way, or was never ended: nothing serves, and connections wait. */
  readonly left: boolean;
  readonly releases: readonly ContainerFact[];
  readonly trial: TrialFact | null;
  readonly network: boolean;
  /** The image of the door that this bytechat brings, and whether the daemon has it. */
  readonly doorImage: string;
  readonly doorBuilt: boolean;
  /** Names that we need and that are not ours. */
  readonly taken: readonly string[];
  readonly [key: string]: unknown;
}

export const containers = fact<ContainersFact>('containers');
