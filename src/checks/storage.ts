import { need } from '../core/fact.ts';
import { type Demand, demand } from '../core/facts/demand.ts';
import { type ClassRef, classes, type Limit, quota } from '../core/facts/preflight.ts';
import type { Problem } from '../core/problem.ts';
import { quantityAsText } from '../core/quantity.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

/** Only for a volume that is yet to be made: one that is there has its storage. */
export const storageClass: Check = {
  id: 'storage',
  title: 'The cluster can make the volume',
  facts: [demand.name, classes.name],
  scope: 'change',
  targets: clusterTargets,
  examine(_config, facts) {
    const { volume } = need(demand, facts);
    const { storage } = need(classes, facts);
    return volume === null || storage === null ? [] : problemsOf(volume, storage);
  },
};

type Volume = NonNullable<Demand['volume']>;

const problemsOf = (volume: Volume, storage: readonly ClassRef[]): Problem[] => {
  const names = storage.map(({ name }) => name);
  const isThere = volume.class === '' ? storage.some(({ isDefault }) => isDefault) : names.includes(volume.class);
  if (isThere) return [];
  const message =
    volume.class === '' ? 'The cluster has no default StorageClass' : `There is no StorageClass ${volume.class}`;
  return [
    {
      code: 'invalid-value',
      message,
      because: 'the app keeps data, and nobody would make the volume for it',
      ...(names.length > 0 && { allowed: names }),
      fix:
        names.length > 0
          ? `set kubernetes.storage.class to ${names.length === 1 ? names[0] : 'one of these'}`
          : 'let an administrator install a storage provisioner with its StorageClass',
    },
  ];
};

/** A LimitRange says how large a volume may be. */
export const volumeFits: Check = {
  id: 'volume-size',
  title: 'The volume is as large as the namespace allows',
  facts: [demand.name, quota.name],
  scope: 'change',
  targets: clusterTargets,
  examine(_config, facts) {
    const { volume } = need(demand, facts);
    if (volume === null) return [];
    const ranges = need(quota, facts).limits.filter(({ type }) => type === 'PersistentVolumeClaim');
    return ranges.flatMap(range => tooLargeOrSmall(volume, range));
  },
};

const tooLargeOrSmall = ({ size }: Volume, { name, min, max }: Limit): Problem[] => {
  const { storage: least = 0 } = min;
  const { storage: most = Number.POSITIVE_INFINITY } = max;
  if (size >= least && size <= most) return [];
  const bound = size < least ? `at least ${quantityAsText(least, true)}` : `at most ${quantityAsText(most, true)}`;
  return [
    {
      code: 'not-admitted',
      message: `A volume of ${quantityAsText(size, true)} is not admitted`,
      because: `the LimitRange ${name} allows ${bound}`,
      fix: `set kubernetes.storage.size to ${bound}`,
    },
  ];
};
