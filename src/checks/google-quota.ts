import type { Config } from '../config/config.ts';
import { projectIn } from '../config/gcp.ts';
import { ALL_CPUS, type QuotaNeed, quotaNeeds } from '../config/google/quotas.ts';
import { REGIONS } from '../config/google/regions.ts';
import { suggest } from '../config/suggest.ts';
import { type Facts, need } from '../core/fact.ts';
import { gke, type RegionFact, region } from '../core/facts/google.ts';
import type { Problem } from '../core/problem.ts';
import type { Check } from './check.ts';

export const googleRegion: Check = {
  id: 'google-region',
  title: 'Google has the region and the zone',
  facts: [region.name, gke.name],
  scope: 'size',
  targets: ['gcp'],
  examine(config, facts) {
    const there = need(region, facts);
    if (!there.exists) return [noRegion(config)];
    const { cluster, zone } = config.gcp;
    const isZonal = cluster.mode === 'standard' && need(gke, facts) === null;
    return isZonal && there.zones.length > 0 && !there.zones.includes(zone) ? [noZone(config, there)] : [];
  },
};

const meant = (word: string, names: readonly string[]): Pick<Problem, 'note'> => {
  const near = suggest(word, names);
  return near === undefined ? {} : { note: `did you mean "${near}"?` };
};

const noRegion = (config: Config): Problem => {
  const { region: name } = config.gcp;
  return {
    code: 'invalid-value',
    message: `Google has no region ${name}`,
    ...placeOf(config, 'gcp.region'),
    ...meant(name, REGIONS),
    allowed: REGIONS,
    fix: `set gcp.region to ${suggest(name, REGIONS) ?? 'one of these'}; gcloud compute regions list --project ${projectIn(config)} shows all that there are`,
  };
};

const noZone = (config: Config, { zones, region: name }: RegionFact): Problem => ({
  code: 'invalid-value',
  message: `The region ${name} has no zone ${config.gcp.zone}`,
  because: 'a Standard cluster is in one zone of it',
  ...placeOf(config, 'gcp.zone'),
  ...meant(config.gcp.zone, zones),
  allowed: zones,
  fix: `set gcp.zone to ${suggest(config.gcp.zone, zones) ?? zones[0]}`,
});

/** Where it was written; a default was written nowhere. */
const placeOf = ({ origins }: Config, key: string): Pick<Problem, 'where'> => {
  const { file, line, column } = origins[key] ?? {};
  if (file === undefined) return {};
  return { where: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) } };
};

/** A metric that the region does not list is one that Google does not limit. */
export const googleQuota: Check = {
  id: 'google-quota',
  title: 'The quotas of the region have room',
  facts: [region.name, gke.name],
  scope: 'size',
  targets: ['gcp'],
  examine: (config, facts) =>
    need(region, facts).exists ? quotaNeeds(config, facts).flatMap(each => short(each, config, facts)) : [],
};

/** When the least has no room nothing can be made; when only the most has none, it cannot grow as far as it may. */
const short = (wanted: QuotaNeed, config: Config, facts: Facts): Problem[] => {
  const { quotas } = need(region, facts);
  const quota = quotas.find(({ metric }) => metric === wanted.metric);
  if (!quota) return [];
  const left = Math.max(0, quota.limit - quota.usage);
  if (wanted.most <= left) return [];
  const isRefused = wanted.least > left;
  const needed = isRefused ? wanted.least : wanted.most;
  return [
    {
      code: 'quota-exceeded',
      ...(!isRefused && { level: 'warning' as const }),
      message: `The quota ${wanted.metric} of ${placeOfQuota(config, wanted)} has too little left: ${needed} needed, ${left} of ${quota.limit} left`,
      because: isRefused
        ? 'Google would begin to make the cluster and fail after minutes'
        : `it can begin, with ${wanted.least}, and not grow as far as it may`,
      fix: `${smaller(config, facts)}, or ask Google for more: ${raise(config, wanted, quota.usage + wanted.most)}; or https://console.cloud.google.com/iam-admin/quotas?project=${projectIn(config)}&metric=${wanted.metric}`,
      reproduce: showQuotas(config, wanted),
    },
  ];
};

const isShared = ({ metric }: QuotaNeed): boolean => metric === ALL_CPUS;

const placeOfQuota = (config: Config, wanted: QuotaNeed): string =>
  isShared(wanted) ? projectIn(config) : config.gcp.region;

const showQuotas = (config: Config, wanted: QuotaNeed): string => {
  const what = isShared(wanted) ? 'project-info describe' : `regions describe ${config.gcp.region}`;
  return `gcloud compute ${what} --project ${projectIn(config)} --flatten quotas --format 'table(quotas.metric,quotas.usage,quotas.limit)'`;
};

const smaller = ({ gcp: { cluster } }: Config, facts: Facts): string =>
  (need(gke, facts)?.mode ?? cluster.mode) === 'standard'
    ? 'ask for less in gcp.cluster (nodes, machine, disk)'
    : 'ask for less in kubernetes (cpu, replicas, storage)';

/** `CPUS` has the quota ID `CPUS-per-project-region` (cloud.google.com/docs/quotas/gcloud-cli-examples). */
const raise = (config: Config, wanted: QuotaNeed, limit: number): string => {
  const name = wanted.metric.replaceAll('_', '-');
  const id = isShared(wanted)
    ? `${name}-per-project`
    : `${name}-per-project-region --dimensions region=${config.gcp.region}`;
  return `gcloud beta quotas preferences create --project ${projectIn(config)} --service compute.googleapis.com --quota-id ${id} --preferred-value ${limit}`;
};
