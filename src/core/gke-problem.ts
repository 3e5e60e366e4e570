import type { GkeFact } from './facts/google.ts';
import type { GkeRef } from './google.ts';
import { BytechatError, type Problem } from './problem.ts';

/** It takes what is deployed to it, also while Google changes something about it. */
export const isUp = (found: GkeFact | null): boolean =>
  found !== null && ['RUNNING', 'RECONCILING', 'DEGRADED'].includes(found.status);

/** Nothing without our label is changed or deleted: `doing` says what cannot be done. */
export const mustBeOurs = (found: GkeFact, doing: string): void => {
  if (!found.ours) throw new BytechatError(foreign(found, doing));
};

export const foreign = ({ name, location }: GkeFact, doing: string): Problem => ({
  code: 'name-taken',
  message: `The cluster ${name} in ${location} is not ours to ${doing}`,
  because: 'it has no label managed-by=bytechat, so nobody knows who needs it',
  fix: `name another one as gcp.cluster.name, or make it ours: gcloud container clusters update ${name} --location ${location} --update-labels managed-by=bytechat`,
});

/** What keeps a deploy from using the cluster that is there. */
export const clusterProblems = (found: GkeFact | null): readonly Problem[] => {
  if (!found) return [];
  if (!found.ours) return [foreign(found, 'use')];
  const { name, location, because } = found;
  const at = `the cluster ${name} in ${location}`;
  if (found.status === 'ERROR')
    return [
      {
        code: 'cluster-refused',
        message: `Google could not make ${at}`,
        because: because || 'it does not say why',
        fix: 'bytechat gke delete removes what is left of it; then deploy again',
      },
    ];
  if (found.status === 'STOPPING')
    return [
      {
        code: 'cluster-refused',
        message: `Google is deleting ${at}`,
        because: because || 'somebody has asked for that',
        fix: 'bytechat gke delete waits for its end; then deploy again',
      },
    ];
  return [];
};

/** What is there can be worked with; that there is nothing is no problem. */
export const mustBeUsable = (found: GkeFact | null): void => {
  const problems = clusterProblems(found);
  if (problems.length > 0) throw new BytechatError(problems);
};

/** For people: which cluster. */
export const called = ({ project, location, cluster }: GkeRef): string => `${cluster} in ${location} of ${project}`;

/** `gcloud container clusters`, and which. */
export const gcloud = (verb: string, { project, location, cluster }: GkeRef): string =>
  `gcloud container clusters ${verb} ${cluster} --location ${location} --project ${project}`;

/** Where Google shows it. */
export const consoleOf = ({ project, location, cluster }: GkeRef): string =>
  `https://console.cloud.google.com/kubernetes/clusters/details/${location}/${cluster}?project=${project}`;

/** It is not there, or does not run: `found` is what is. */
export const noCluster = (ref: GkeRef, found: Pick<GkeFact, 'status' | 'because'> | null = null): Problem =>
  found === null
    ? {
        code: 'no-cluster',
        message: `There is no cluster ${called(ref)}`,
        fix: 'bytechat deploy --target gcp makes it on the way; bytechat gke create makes it alone',
      }
    : {
        code: 'no-cluster',
        message: `The cluster ${called(ref)} does not run: ${found.status}`,
        ...(found.because !== '' && { because: found.because }),
        fix:
          found.status === 'PROVISIONING'
            ? 'bytechat deploy --target gcp waits for it, and so does bytechat gke create'
            : `${gcloud('describe', ref)} says more, and so does ${consoleOf(ref)}; bytechat gke create makes it again once it is gone`,
      };
