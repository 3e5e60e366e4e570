import type { Json } from '../core/json.ts';
import { isInCluster } from '../core/target.ts';
import { fileLock } from '../engine/file-lock.ts';
import { lockInCluster } from './kubernetes/cluster.ts';
import type { Observer } from './observer.ts';

export const observeLock: Observer = async (subject, ask) => {
  const { target, lock } = subject.config;
  const inCluster = isInCluster(target) ? await lockInCluster(subject, ask) : null;
  // Until a cluster of Google is there, the lock of whoever makes it is here.
  if (inCluster !== null || (isInCluster(target) && target !== 'gcp')) return inCluster;
  return ((await fileLock(lock).status()) ?? null) as unknown as Json;
};
