import { fact } from '../fact.ts';

/** Docker, as it is found. */
export interface DockerFact {
  /** The version of the client; empty when there is none. */
  readonly client: string;
  /** The version of the daemon; empty when none answers. */
  readonly server: string;
  /** Why none answers. */
  readonly said: string;
  /** What the daemon runs on: `linux/amd64`. */
  readonly platform: string;
  readonly buildx: boolean;
  readonly [key: string]: string | boolean;
}

export const docker = fact<DockerFact>('docker');
