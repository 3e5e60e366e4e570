import { fact } from '../fact.ts';

/** The ports that the app may take. */
export interface PortsFact {
  readonly free: number;
  readonly taken: number;
  readonly [key: string]: number;
}

export const ports = fact<PortsFact>('ports');
