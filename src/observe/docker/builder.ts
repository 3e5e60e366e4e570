import type { DockerFact } from '../../core/facts/docker.ts';
import { isInCluster } from '../../core/target.ts';
import type { Observer } from '../observer.ts';
import { observeStored } from '../registry.ts';
import { observeDocker } from './daemon.ts';

/** Nobody builds for a cluster what its registry has: then this machine's Docker is not even asked. */
export const observeBuilder: Observer = async (subject, ask) => {
  const isNeeded = !isInCluster(subject.config.target) || (await observeStored(subject, ask)) === '';
  return isNeeded ? observeDocker(subject, ask) : NOT_ASKED;
};

const NOT_ASKED: DockerFact = { client: '', server: '', said: '', platform: '', buildx: false };
