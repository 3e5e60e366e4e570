import type { WireCode } from '../../protocol/failure.ts';

/** Why something was not done, as a `no` says it; the id of the line is added by whoever knows it. */
export interface Refusal {
  code: WireCode;
  seq?: number;
  retryMs?: number;
  limit?: number;
}
