import { crashProblem } from '../../core/crash.ts';
import type { Problem } from '../../core/problem.ts';
import type { CallOptions } from '../../core/runner.ts';
import { crashOf, lastLines } from '../docker/container.ts';
import { containerCrash } from '../docker/crash.ts';
import { status } from '../supervisor.ts';
import { type InCluster, podsKeeper } from './pods.ts';

/** Who runs the release: a supervisor, known by its folder, or Docker, by the container. */
export type RunBy = { readonly run: string } | { readonly container: string } | { readonly cluster: InCluster };

/** What whoever runs a release knows of it. */
export interface Keeper {
  /** The release has ended for good since this time (ISO 8601): waiting for it is in vain. */
  crashed(since: string): Promise<Problem | undefined>;
  /** What it has printed last. */
  lines(): Promise<readonly string[]>;
}

export const keeperOf = (by: RunBy, release: string, options: CallOptions): Keeper => {
  if ('cluster' in by) return podsKeeper(by.cluster);
  return 'run' in by ? supervisorKeeper(by.run, release) : containerKeeper(by.container, release, options);
};

/** A release that has ended this often by itself is not a slow one: the supervisor starts it again. */
const CRASHES = 2;

const supervisorKeeper = (run: string, release: string): Keeper => ({
  async crashed(since) {
    const found = await status(run);
    const crashes = (found?.status.crashes ?? []).filter(crash => crash.release === release && crash.at >= since);
    return crashes.length >= CRASHES && crashes[0] ? crashProblem(crashes[0]) : undefined;
  },
  async lines() {
    const found = await status(run);
    return found?.status.standby?.lines ?? found?.status.current?.lines ?? [];
  },
});

const containerKeeper = (container: string, release: string, options: CallOptions): Keeper => ({
  async crashed() {
    const crash = await crashOf(container, release, options);
    return crash && containerCrash(crash);
  },
  lines: () => lastLines(container, options),
});
