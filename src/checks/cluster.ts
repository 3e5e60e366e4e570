import { objectName } from '../config/cluster.ts';
import { dockerProblem } from '../core/docker-problem.ts';
import { need } from '../core/fact.ts';
import { cluster, live } from '../core/facts/cluster.ts';
import { docker } from '../core/facts/docker.ts';
import { image } from '../core/facts/image.ts';
import { stored } from '../core/facts/registry.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const clusterThere: Check = {
  id: 'cluster',
  unless: 'google-project',
  title: 'The cluster is there and answers',
  facts: [cluster.name],
  scope: 'reach',
  targets: clusterTargets,
  examine(_config, facts) {
    const { problem } = need(cluster, facts);
    // One that deploy makes is not missed by whoever looks.
    return problem === null || problem.code === 'no-cluster' ? [] : [problem];
  },
};

/** Whoever has switched the kubeconfig to another cluster for a moment does not deploy there by accident. */
export const clusterMeant: Check = {
  id: 'context',
  title: 'The cluster is one that may be deployed to',
  facts: [cluster.name],
  scope: 'reach',
  targets: clusterTargets,
  examine({ kubernetes: { contexts } }, facts) {
    const { context } = need(cluster, facts);
    if (contexts === undefined || context === '' || contexts.includes(context)) return [];
    return [
      {
        code: 'wrong-cluster',
        message: `The context ${context} may not be deployed to`,
        because: 'kubernetes.contexts does not name it',
        allowed: contexts,
        fix: `set kubernetes.context to ${contexts.length === 1 ? contexts[0] : 'one of these'}, or add ${context} to kubernetes.contexts`,
      },
    ];
  },
};

/** What cannot be listed would be taken for not being there. */
export const clusterReadable: Check = {
  id: 'readable',
  unless: 'permissions',
  title: 'What is deployed can be read',
  facts: [cluster.name, live.name],
  scope: 'reach',
  targets: clusterTargets,
  examine({ kubernetes: { namespace } }, facts) {
    const { denied } = need(live, facts);
    const { context } = need(cluster, facts);
    return denied.map(what => ({
      code: 'no-permission' as const,
      message: `You may not ${what} in ${namespace}`,
      because: `the cluster of the context ${context} says so`,
      fix: `let its administrator allow it: kubectl auth can-i ${what} -n ${namespace}`,
    }));
  },
};

/** The longest that fits, with what Kubernetes puts behind it, into a label. */
const LONGEST = 50;

export const objectNames: Check = {
  id: 'object-names',
  title: 'The objects can have their names',
  facts: [live.name],
  scope: 'preflight',
  targets: clusterTargets,
  examine(config, facts) {
    const name = objectName(config);
    const long = name.length <= LONGEST ? [] : [name];
    return [
      ...long.map(() => ({
        code: 'invalid-value' as const,
        message: `${name} is too long a name for objects of Kubernetes`,
        because: `app.name and the environment make ${name.length} characters, and ${LONGEST} fit`,
        fix: 'choose a shorter app.name or environment',
      })),
      ...need(live, facts).taken.map(taken => ({
        code: 'name-taken' as const,
        message: `${taken} in ${config.kubernetes.namespace} is not of this app`,
        because: 'it has no label bytechat.dev/app of ours, so nobody knows who needs it',
        fix: `choose another app.name or kubernetes.namespace, or remove it`,
      })),
    ];
  },
};

/** Only where the registry does not have the image yet. */
export const imageCanBeMade: Check = {
  id: 'image-tools',
  title: 'The image is at its registry, or can be built',
  facts: [docker.name, image.name, stored.name],
  scope: 'build',
  targets: clusterTargets,
  examine(_config, facts) {
    if (need(stored, facts) !== '') return [];
    const silent = dockerProblem(need(docker, facts));
    if (silent) return [{ ...silent, because: 'the image is not at its registry, so it has to be built' }];
    if (need(docker, facts).buildx || need(image, facts).here) return [];
    return [
      {
        code: 'buildx-missing',
        message: 'Docker is here without buildx, which builds images',
        fix: 'install it: https://docs.docker.com/go/buildx',
      },
    ];
  },
};
