import type { RegionFact } from '../../core/facts/google.ts';
import { orNull, orWhenOff } from '../google/problems.ts';
import { askGcp, COMPUTE, type Gcp } from './session.ts';

interface Asked {
  readonly region: string;
}

interface Quota {
  readonly metric?: string;
  readonly limit?: number;
  readonly usage?: number;
}

/** compute.googleapis.com/v1 regions, and projects. */
interface Region {
  readonly zones?: readonly string[];
  readonly quotas?: readonly Quota[];
}

/** Of the quotas of a project, the one that its regions share, and that regions have no own of. */
const SHARED = ['CPUS_ALL_REGIONS'];

/** In a project whose compute API is off, a region is taken to exist, with neither zones nor quotas: nobody says them yet. */
export const lookAtRegion = async ({ region }: Asked, gcp: Gcp): Promise<RegionFact> => {
  const [found, whole] = await Promise.all([
    read(`/regions/${region}`, `read the quotas of ${region}`, gcp),
    read('', 'read the quotas of the project', gcp),
  ]);
  const shared = (whole?.quotas ?? []).filter(({ metric = '' }) => SHARED.includes(metric));
  return {
    region,
    exists: found !== null,
    zones: (found?.zones ?? []).map(zone => zone.split('/').pop() ?? ''),
    quotas: [...(found?.quotas ?? []), ...shared].map(({ metric = '', limit = 0, usage = 0 }) => ({
      metric,
      limit,
      usage,
    })),
  };
};

const read = (path: string, doing: string, gcp: Gcp): Promise<Region | null> => {
  const request = { host: COMPUTE, path: `/compute/v1/projects/${gcp.project}${path}`, doing };
  return orWhenOff(orNull(askGcp<Region>(request, gcp)), {});
};
