import { fact } from '../fact.ts';

/** The other environments of the project that have something here; `default` stands for none. */
export const environments = fact<readonly string[]>('environments');
