import { fact } from '../fact.ts';

/** The disk that the state lies on. It moves all the time, so no step depends on it: only checks look. */
export interface DiskFact {
  /** Bytes that may still be written. */
  readonly free: number;
  /** False when the state folder cannot be written. */
  readonly writable: boolean;
  readonly [key: string]: number | boolean;
}

export const disk = fact<DiskFact>('disk');
