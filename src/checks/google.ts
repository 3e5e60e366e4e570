import { need } from '../core/fact.ts';
import { cluster } from '../core/facts/cluster.ts';
import { gke, project } from '../core/facts/google.ts';
import { clusterProblems } from '../core/gke-problem.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const googleProject: Check = {
  id: 'google-project',
  title: 'Google knows who you are, and lets you into the project',
  facts: [project.name],
  scope: 'reach',
  targets: ['gcp'],
  examine: (_config, facts) => need(project, facts).problems,
};

export const googleCluster: Check = {
  id: 'google-cluster',
  title: 'The cluster at Google can be used, or made',
  facts: [gke.name],
  scope: 'preflight',
  targets: ['gcp'],
  examine: (_config, facts) => clusterProblems(need(gke, facts)),
};

/** For whatever does not make the cluster itself. */
export const clusterMade: Check = {
  id: 'cluster-made',
  title: 'The cluster has been made',
  facts: [cluster.name],
  scope: 'made',
  targets: clusterTargets,
  examine(_config, facts) {
    const { problem } = need(cluster, facts);
    return problem?.code === 'no-cluster' ? [problem] : [];
  },
};
