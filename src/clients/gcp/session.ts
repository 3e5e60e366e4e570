import type { CallOptions } from '../../core/runner.ts';
import { CALL, type Timing } from '../google/patience.ts';
import { askRest, type RestRequest } from '../google/rest.ts';

export interface Gcp {
  readonly project: string;
  readonly options: CallOptions;
  readonly timing: Timing;
}

export const askGcp = <Body>(
  request: RestRequest,
  { project, timing, options: { signal, onLine } }: Gcp,
  pauses: readonly number[] = CALL,
): Promise<Body> => askRest<Body>(request, { project, pauses, timing, signal, onLine });

export const SERVICE_USAGE = 'serviceusage.googleapis.com';
export const COMPUTE = 'compute.googleapis.com';
