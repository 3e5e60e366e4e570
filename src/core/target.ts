/** Where an app can be deployed, by name. */
export const targetNames = ['local', 'docker', 'kubernetes'] as const;

export type TargetName = (typeof targetNames)[number];
