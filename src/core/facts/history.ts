import { fact } from '../fact.ts';
import type { ReleaseRecord } from '../release.ts';

/** Who deployed what, the oldest first. */
export const history = fact<readonly ReleaseRecord[]>('history');
