import type { Listener } from '../core/report.ts';

/** Somebody who watches a run. */
export interface View {
  readonly listen: Listener;
  /** Says at once that the run is being stopped; without it, that is simply printed. */
  stopping?(): void;
  /** Resolves when everything is drawn; what comes after it on the screen comes after it. */
  closed(): Promise<void>;
}
