import { fact } from '../fact.ts';

/** The other states of the project, of other environments and targets; `default` is that of neither. */
export const environments = fact<readonly string[]>('environments');
