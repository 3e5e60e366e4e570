/** Where an app can be deployed, by name. */
export const targetNames = ['local', 'docker', 'kubernetes', 'gcp'] as const;

export type TargetName = (typeof targetNames)[number];

/** Those whose apps run as pods: on Google Cloud as on any other Kubernetes. */
export const clusterTargets = ['kubernetes', 'gcp'] as const satisfies readonly TargetName[];

export const isInCluster = (target: string): boolean => clusterTargets.some(name => name === target);
