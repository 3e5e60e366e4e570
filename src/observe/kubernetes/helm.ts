import { clusterOf } from '../../config/cluster.ts';
import type { ClusterFact } from '../../core/facts/cluster.ts';
import type { Observer } from '../observer.ts';
import { observeCluster } from './cluster.ts';

/** None where no cluster answers: a check says why. */
export const observeHelmReleases: Observer = async (subject, ask) => {
  const { problem } = (await observeCluster(subject, ask)) as ClusterFact;
  if (problem !== null) return [];
  return (await ask.call('kube', 'releases', { ...clusterOf(subject.config) })) ?? [];
};
