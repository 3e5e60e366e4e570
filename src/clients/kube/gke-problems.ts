import type { GkeFact } from '../../core/facts/google.ts';
import type { GkeRef, GkeServer } from '../../core/google.ts';
import type { Problem } from '../../core/problem.ts';
import { unreachable } from './problems.ts';

const called = ({ project, location, cluster }: GkeRef): string => `${cluster} in ${location} of ${project}`;

const describe = ({ project, location, cluster }: GkeRef): string =>
  `gcloud container clusters describe ${cluster} --location ${location} --project ${project}`;

const consoleOf = ({ project, location, cluster }: GkeRef): string =>
  `https://console.cloud.google.com/kubernetes/clusters/details/${location}/${cluster}?project=${project}`;

export const noCluster = (ref: GkeRef, found: Pick<GkeFact, 'status' | 'because'> | null): Problem =>
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
            : `${describe(ref)} says more, and so does ${consoleOf(ref)}; bytechat gke create makes it again once it is gone`,
      };

/** Asked twice, with two tokens. */
export const unknownThere = (ref: GkeRef, because: string): Problem => ({
  code: 'no-permission',
  message: `The cluster ${called(ref)} does not know who you are`,
  because,
  fix: 'gcloud auth application-default login, as somebody whom the project gives the role Kubernetes Engine Developer (roles/container.developer)',
});

/** Its control plane may be closed to where we are. */
export const closed = (at: GkeServer, error: unknown): Problem => ({
  ...unreachable(at.server, error),
  fix: `${describe(at)} shows how it is reached: its DNS endpoint, or the networks that may; ${consoleOf(at)}`,
});
