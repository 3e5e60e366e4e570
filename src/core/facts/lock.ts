import { fact } from '../fact.ts';
import type { Lease } from '../lock.ts';

/** The lease in force; null when nobody deploys. */
export const lock = fact<Lease | null>('lock');
