import type { Json } from './json.ts';
import type { Serving } from './report.ts';

/** An answer, as data and as what it comes to. */
export interface Answer {
  readonly data: Json;
  /** Says whether what was asked about is as it should be. */
  readonly ok: boolean;
  readonly serving?: Serving;
}
