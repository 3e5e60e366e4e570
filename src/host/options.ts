import type { Listener } from '../core/report.ts';
import type { ProjectOptions } from './project.ts';
import type { WorldOptions } from './world.ts';

export interface HostOptions extends ProjectOptions, WorldOptions {
  /** Told everything that happens in a run, in order, without a secret. */
  readonly onEvent?: Listener;
  /** How long to wait when somebody else is deploying, in ms. Default 0: refuse at once. */
  readonly lockWaitMs?: number;
}
