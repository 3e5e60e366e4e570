import { call } from '../core/action.ts';
import { type GkeRef, gkeContext } from '../core/google.ts';
import type { Step } from '../core/step.ts';

/** The user's own programs know the cluster then. */
export const namesCluster = (gke: GkeRef, keepContext: boolean): Step => ({
  id: 'credentials',
  title: `Write ${gkeContext(gke)} into the kubeconfig`,
  needs: [],
  changes: [
    { action: 'change', what: `the kubeconfig: ${gkeContext(gke)}` },
    ...(keepContext ? [] : [{ action: 'change' as const, what: `its current context: ${gkeContext(gke)}` }]),
  ],
  actions: [call('credentials', 'merge', { gke, keepContext })],
});

/** The registries are asked first, which say better than docker what is wrong. */
export const letsDockerIn = (hosts: readonly string[]): Step => ({
  id: 'login',
  title: `Log in at ${hosts.join(' and ')}`,
  needs: [],
  changes: hosts.map(host => ({ action: 'change', what: `Docker's settings: bytechat has the token for ${host}` })),
  actions: [
    ...hosts.map(host => call('registry', 'check', { image: `${host}/bytechat`, by: 'google' })),
    call('credentials', 'docker', { hosts }),
  ],
});

/** A name of Container Registry (cloud.google.com/artifact-registry/docs/transition/gcr-repositories). */
export const isOld = (host: string): boolean => /(^|\.)gcr\.io$/.test(host);

/** What such a name means today. */
export const explained = (host: string): string =>
  `${host} is a repository of Artifact Registry now: Container Registry, which it belonged to, takes no images since 2025-03-18`;
