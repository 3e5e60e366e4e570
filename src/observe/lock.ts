import type { Json } from '../core/json.ts';
import { isInCluster } from '../core/target.ts';
import { fileLock } from '../engine/file-lock.ts';
import { lockInCluster } from './kubernetes/cluster.ts';
import type { Observer } from './observer.ts';

export const observeLock: Observer = async (subject, ask) => {
  const { target, lock } = subject.config;
  const here = async () => ((await fileLock(lock).status()) ?? null) as unknown as Json;
  if (!isInCluster(target)) return here();
  // Until a cluster of Google is there, the lock of whoever makes it is here.
  return (await lockInCluster(subject, ask)) ?? (target === 'gcp' ? here() : null);
};
