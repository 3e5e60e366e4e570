import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import { quotaNeeds } from '../../src/config/google/quotas.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { GkeFact, RegionFact } from '../../src/core/facts/google.ts';
import type { Problem } from '../../src/core/problem.ts';
import { configFrom, freshFacts } from '../support/config.ts';

const config = (gcp = '', more = '') =>
  configFrom(`{ target: gcp, gcp: { project: my-project, ${gcp} }, ${more === '' ? 'chat: {}' : more} }`);

const checks = checksFor([]);

/** What one check finds. */
const found = (id: string, of: ReturnType<typeof config>, more: object = {}): readonly Problem[] => {
  const check = checks.find(each => each.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  expect(check).toMatchObject({ scope: 'size', targets: ['gcp'] });
  return check.examine(of, { ...freshFacts, ...more } as Facts);
};

const standard = (more = '') => `cluster: { mode: standard, ${more} }`;

const gke = (more: Partial<GkeFact> = {}) => ({
  gke: { name: 'bytechat', location: 'us-central1-b', mode: 'standard', pools: [], ours: true, ...more } as GkeFact,
});
const pool = { name: 'default', machine: 'e2-medium', nodes: 1, min: 1, max: 3, spot: false, diskGb: 30 };

describe('the budget', () => {
  test('nothing is said without a limit, and up to it', () => {
    expect(found('budget', config())).toEqual([]);
    expect(found('budget', config('maxMonthly: 10'))).toEqual([]);
  });

  test('what it comes to at most is refused, with its parts, and with what would make it cheaper', () => {
    const shop =
      'app: { name: shop, image: {}, container: { stateless: true } }, kubernetes: { replicas: { min: 1, max: 4 }, expose: { type: loadBalancer } }';
    const [problem, ...none] = found('budget', config('maxMonthly: 30.5', shop));
    expect(none).toEqual([]);
    expect(problem).toMatchObject({
      code: 'over-budget',
      message: 'Up to $34.84 a month is more than gcp.maxMonthly, $30.50',
      because: 'about $22 to $35 a month (list prices of 2026-11, us-central1; an estimate, without traffic)',
      lines: [
        "the cluster's fee, autopilot: $73.00 (each cluster has it)",
        'free tier: -$73.00 (when no other cluster of this billing account uses it)',
        '1 to 4 pods: $4.15 to $16.59 (Autopilot bills what each asks for: 100m CPU, 256 MiB)',
        'load balancer: $18.25 (the first five rules of a project together)',
        'images in Artifact Registry: $0.00 (none is there yet, 0.5 GB are free)',
      ],
      fix: 'raise gcp.maxMonthly to 35; or set kubernetes.expose.type to none and come by a port-forward; or lower kubernetes.cpu and .memory, or kubernetes.replicas',
    });
  });

  test('a cluster elsewhere in the project takes the free tier', () => {
    const gkeClusters = [{ name: 'shop', location: 'us-east1', mode: 'autopilot' }];
    const [problem] = found('budget', config('maxMonthly: 50'), { gkeClusters });
    expect(problem?.fix).toMatch(/^raise gcp.maxMonthly to 78; or deploy to shop: gcp.cluster.name; /);
  });

  test('what nobody can tell is not within a limit', () => {
    const [problem] = found('budget', config(`maxMonthly: 500, ${standard('machine: n2-standard-4')}`));
    expect(problem).toMatchObject({
      code: 'over-budget',
      message: 'Nobody here knows whether the plan stays within gcp.maxMonthly, $500.00',
      lines: ['1 to 3 n2-standard-4 nodes: unknown (n2-standard-4 is not in the table of prices)'],
    });
    expect(problem?.fix).toMatch(/^choose one of it: e2-micro, .*; or take gcp.maxMonthly out$/);
  });
});

const quotas = (more: Readonly<Record<string, number>>) => ({
  region: {
    ...freshFacts.region,
    quotas: Object.entries(more).map(([metric, limit]) => ({ metric, limit, usage: 0 })),
  },
});

describe('what a plan takes of the quotas', () => {
  const needs = (of: ReturnType<typeof config>, more: object = {}) =>
    Object.fromEntries(
      quotaNeeds(of, { ...freshFacts, ...more } as Facts).map(({ metric, least, most }) => [metric, [least, most]]),
    );

  test('Standard: its nodes, their disks and addresses, the volume, the balancer', () => {
    const open = 'kubernetes: { storage: { size: 10Gi }, expose: { type: loadBalancer } }';
    expect(needs(config(standard('nodes: { min: 0, max: 3 }'), open))).toEqual({
      CPUS: [2, 6],
      CPUS_ALL_REGIONS: [2, 6],
      SSD_TOTAL_GB: [40, 100],
      INSTANCES: [1, 3],
      IN_USE_ADDRESSES: [2, 4],
    });
  });

  test('Autopilot: what its pods ask for, and no node', () => {
    const shop =
      'app: { name: shop, image: {}, container: { stateless: true } }, kubernetes: { cpu: 600m, replicas: { min: 2, max: 5 } }';
    expect(needs(config('', shop))).toEqual({ CPUS: [2, 3], CPUS_ALL_REGIONS: [2, 3] });
    expect(needs(config('', 'kubernetes: { storage: { size: 10Gi, class: standard } }'))).toEqual({
      CPUS: [1, 1],
      CPUS_ALL_REGIONS: [1, 1],
      DISKS_TOTAL_GB: [10, 10],
    });
  });

  test.for([
    ['e2-standard-4', { CPUS: [4, 12] }],
    ['n2-standard-8', { N2_CPUS: [8, 24] }],
    ['n2d-custom-6-8192', { N2D_CPUS: [6, 18] }],
    ['e2-small', { CPUS: [2, 6] }],
  ] as const)('%s counts against the quota of its family', ([machine, told]) => {
    expect(needs(config(standard(`machine: ${machine}`)))).toMatchObject(told);
  });

  test('spot has a quota of its own, once it has been granted', () => {
    const spot = config(standard('spot: true'));
    expect(needs(spot)).toMatchObject({ CPUS: [2, 6] });
    expect(needs(spot, quotas({ PREEMPTIBLE_CPUS: 8 }))).toMatchObject({ PREEMPTIBLE_CPUS: [2, 6] });
  });

  test('of what is there only the nodes that may yet come', () => {
    expect(needs(config(standard()), gke({ pools: [pool] }))).toEqual({
      CPUS: [0, 4],
      CPUS_ALL_REGIONS: [0, 4],
      SSD_TOTAL_GB: [0, 60],
      INSTANCES: [0, 2],
      IN_USE_ADDRESSES: [0, 2],
    });
    expect(needs(config(), gke({ mode: 'autopilot' }))).toEqual({});
  });

  test('nobody ever needs less than nothing, nor less at most than at least', () => {
    const count = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(count, count, count, fc.boolean(), (min, more, now, isThere) => {
        const made = config(standard(`nodes: { min: ${min}, max: ${min + more + 1} }`));
        const there = gke({ pools: [{ ...pool, nodes: now, min, max: min + more + 1 }] });
        for (const { least, most } of quotaNeeds(made, { ...freshFacts, ...(isThere && there) } as Facts)) {
          expect(least).toBeGreaterThanOrEqual(0);
          expect(most).toBeGreaterThanOrEqual(least);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the quotas of the region', () => {
  test('have room for a small cluster', () => {
    expect(found('google-quota', config(standard()))).toEqual([]);
    expect(found('google-quota', config())).toEqual([]);
  });

  test('what does not fit at all is refused, with what is needed, left and the way to more', () => {
    const region: RegionFact = {
      ...freshFacts.region,
      quotas: [{ metric: 'SSD_TOTAL_GB', limit: 250, usage: 200 }],
    };
    const disks = standard('disk: 100, nodes: { min: 1, max: 2 }');
    expect(found('google-quota', config(disks, 'chat: {}'), { region })).toEqual([
      {
        code: 'quota-exceeded',
        message: 'The quota SSD_TOTAL_GB of us-central1 has too little left: 101 needed, 50 of 250 left',
        because: 'Google would begin to make the cluster and fail after minutes',
        fix: 'ask for less in gcp.cluster (nodes, machine, disk), or ask Google for more: gcloud beta quotas preferences create --project my-project --service compute.googleapis.com --quota-id SSD-TOTAL-GB-per-project-region --dimensions region=us-central1 --preferred-value 401; or https://console.cloud.google.com/iam-admin/quotas?project=my-project&metric=SSD_TOTAL_GB',
        reproduce:
          "gcloud compute regions describe us-central1 --project my-project --flatten quotas --format 'table(quotas.metric,quotas.usage,quotas.limit)'",
      },
    ]);
  });

  test('what fits until it is busy is only warned of', () => {
    const [problem, ...none] = found('google-quota', config(standard()), quotas({ CPUS: 4 }));
    expect(none).toEqual([]);
    expect(problem).toMatchObject({
      level: 'warning',
      message: 'The quota CPUS of us-central1 has too little left: 6 needed, 4 of 4 left',
      because: 'it can begin, with 2, and not grow as far as it may',
    });
  });

  test('the CPUs of all regions are a quota of the project', () => {
    const [problem] = found('google-quota', config(standard()), quotas({ CPUS_ALL_REGIONS: 1 }));
    expect(problem?.message).toBe(
      'The quota CPUS_ALL_REGIONS of my-project has too little left: 2 needed, 1 of 1 left',
    );
    expect(problem?.fix).toContain('--quota-id CPUS-ALL-REGIONS-per-project --preferred-value 6;');
    expect(problem?.reproduce).toContain('gcloud compute project-info describe --project my-project');
  });

  test('each metric that is short is told, and one that the region does not have is none', () => {
    const told = found(
      'google-quota',
      config(standard('nodes: { min: 9, max: 9 }')),
      quotas({ CPUS: 8, INSTANCES: 8 }),
    );
    expect(told.map(({ message }) => message.split(' ')[2])).toEqual(['CPUS', 'INSTANCES']);
    expect(told.every(({ level }) => level === undefined)).toBe(true);
  });
});

describe('region and zone', () => {
  const gone = (region: string) => ({ region: { region, exists: false, zones: [], quotas: [] } });

  test('a region that Google does not have, with the one that was probably meant', () => {
    const [problem] = found('google-region', config('region: us-centrl1'), gone('us-centrl1'));
    expect(problem).toMatchObject({
      code: 'invalid-value',
      message: 'Google has no region us-centrl1',
      where: { file: 'bytechat.yaml', line: 1 },
      note: 'did you mean "us-central1"?',
    });
    expect(problem?.allowed).toContain('europe-west1');
    expect(found('google-quota', config('region: us-centrl1'), gone('us-centrl1'))).toEqual([]);
  });

  test('a zone of another region, for a cluster that is in one and yet to be made', () => {
    const wrong = config(`zone: us-central1-x, ${standard()}`);
    expect(found('google-region', wrong)).toMatchObject([
      {
        message: 'The region us-central1 has no zone us-central1-x',
        note: 'did you mean "us-central1-a"?',
        allowed: freshFacts.region.zones,
        fix: 'set gcp.zone to us-central1-a',
      },
    ]);
    expect(found('google-region', wrong, gke())).toEqual([]);
    expect(found('google-region', config('zone: us-central1-x'))).toEqual([]);
    expect(found('google-region', config(standard()))).toEqual([]);
  });
});
