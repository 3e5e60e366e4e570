import type { ClusterManagerClient } from '@google-cloud/container';
import { type GkeRef, gkeName } from '../../core/google.ts';
import type { CallOptions } from '../../core/runner.ts';
import { CALL, type Timing } from '../google/patience.ts';
import { askSdk, oncePerProject, type SdkOptions, sdkOptions } from '../google/sdk.ts';

/** Google Kubernetes Engine in one project. */
export interface Gke {
  readonly project: string;
  readonly options: CallOptions;
  readonly timing: Timing;
  /** `doing` goes on after `Google does not let you`. `pauses`: how long it is tried for; a minute by default. */
  ask<Answer>(doing: string, work: Work<Answer>, pauses?: readonly number[]): Promise<Answer>;
}

export type Work<Answer> = (
  client: ClusterManagerClient,
  options: SdkOptions,
) => Promise<readonly [Answer, ...unknown[]]>;

const clientFor = oncePerProject(async project => {
  const { ClusterManagerClient } = await import('./container.ts');
  return new ClusterManagerClient(await sdkOptions(project));
});

export const openGke = (project: string, options: CallOptions, timing: Timing): Gke => ({
  project,
  options,
  timing,
  ask: (doing, work, pauses = CALL) => {
    const { signal, onLine } = options;
    return askSdk(doing, async sdk => work(await clientFor(project), sdk), { project, pauses, timing, signal, onLine });
  },
});

export const parentOf = ({ project, location }: Pick<GkeRef, 'project' | 'location'>): string =>
  `projects/${project}/locations/${location}`;

export const poolName = (ref: GkeRef, pool: string): string => `${gkeName(ref)}/nodePools/${pool}`;

/** Of this cluster, and what it is at, in the words of the address bar. */
export const consolePage = ({ project, location, cluster }: GkeRef): string =>
  `https://console.cloud.google.com/kubernetes/clusters/details/${location}/${cluster}/details?project=${project}`;
