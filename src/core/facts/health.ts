import { fact } from '../fact.ts';

/** One look at one health check of what serves. */
export interface HealthFact {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
  readonly ms: number;
  readonly [key: string]: string | boolean | number;
}

export const health = fact<readonly HealthFact[]>('health');
