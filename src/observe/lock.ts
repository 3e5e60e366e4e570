import type { Json } from '../core/json.ts';
import { isInCluster } from '../core/target.ts';
import { fileLock } from '../engine/file-lock.ts';
import { lockInCluster } from './kubernetes/cluster.ts';
import type { Observer } from './observer.ts';

export const observeLock: Observer = async (subject, ask) => {
  const { target, lock } = subject.config;
  if (isInCluster(target)) return lockInCluster(subject, ask);
  return ((await fileLock(lock).status()) ?? null) as unknown as Json;
};
