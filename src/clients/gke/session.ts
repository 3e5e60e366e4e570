import type { ClusterManagerClient } from '@google-cloud/container';
import { type GkeRef, gkeName } from '../../core/google.ts';
import { type Work as SdkWork, type Session, sdkOptions, sessionsOf } from '../google/sdk.ts';

/** Google Kubernetes Engine in one project. */
export type Gke = Session<ClusterManagerClient>;

export type Work<Answer> = SdkWork<ClusterManagerClient, Answer>;

export const openGke = sessionsOf('container.googleapis.com', async project => {
  const { ClusterManagerClient } = await import('./container.ts');
  return new ClusterManagerClient(await sdkOptions(project));
});

export const parentOf = ({ project, location }: Pick<GkeRef, 'project' | 'location'>): string =>
  `projects/${project}/locations/${location}`;

export const poolName = (ref: GkeRef, pool: string): string => `${gkeName(ref)}/nodePools/${pool}`;
