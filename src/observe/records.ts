import { join } from 'node:path';
import type { ReleaseRecord } from '../core/release.ts';
import { isInCluster } from '../core/target.ts';
import { fileReleases } from '../engine/file-releases.ts';
import { recordsInCluster } from './kubernetes/cluster.ts';
import type { Ask, Subject } from './observer.ts';

/** The history of what is meant, the oldest first: where it is kept depends on the target. */
export const recordsOf = (subject: Subject, ask: Ask): Promise<readonly ReleaseRecord[]> => {
  const { target, state } = subject.config;
  return isInCluster(target) ? recordsInCluster(subject, ask) : fileReleases(join(state, 'history.jsonl')).list();
};
