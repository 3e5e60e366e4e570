import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateOf } from '../../src/config/google/costs.ts';
import { DISKS, MACHINES, PRICES } from '../../src/config/google/prices.ts';
import { dollars, type Estimate, estimateAsText, monthlyAsText, unknownIn } from '../../src/core/cost.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { GkePool } from '../../src/core/facts/google.ts';
import { configFrom } from '../support/config.ts';
import { runningCluster } from '../support/google-facts.ts';

const config = (gcp: string, more = '') =>
  configFrom(`{ target: gcp, gcp: { project: my-project, ${gcp} } ${more === '' ? '' : `, ${more}`} }`);

const CHAT = 'kubernetes: { cpu: 250m, memory: 512Mi, storage: { size: 10Gi }, expose: { type: loadBalancer } }';

const pool = (more: Partial<GkePool>): GkePool => ({
  name: 'default',
  machine: 'e2-small',
  nodes: 1,
  min: 0,
  max: 0,
  spot: false,
  diskGb: 20,
  ...more,
});

const line = ({ costs }: Estimate, what: RegExp) => costs.find(each => what.test(each.what));
const facts = (more: object): Facts => more as Facts;

describe('what it comes to', () => {
  test('Autopilot: one pod, a balancer and a volume, with the free tier and without', () => {
    const { total } = estimateOf(config('', CHAT), {});
    expect(total.low).toBeCloseTo(29.17, 2);
    expect(total.high).toBe(total.low);
    const other = runningCluster({ name: 'shop' });
    const taken = estimateOf(config('', CHAT), facts({ gkeClusters: [runningCluster(), other] }));
    expect(taken.total.low).toBeCloseTo(102.17, 2);
    expect(line(taken, /fee/)?.because).toBe('shop in us-central1 uses the free tier');
  });

  test('Standard in one zone: one small node, a balancer and disks', () => {
    const standard = 'cluster: { mode: standard, disk: 20, nodes: { min: 1, max: 1 } }';
    const { total } = estimateOf(config(standard, CHAT.replace('10Gi', '1Gi')), {});
    expect(total.low).toBeCloseTo(44.81, 2);
  });

  test('the cluster that is there counts, and not the one that the config would make', () => {
    const there = runningCluster({
      mode: 'standard',
      pools: [pool({ nodes: 2 }), pool({ min: 1, max: 4, spot: true })],
    });
    const told = estimateOf(config('cluster: { nodes: { min: 2, max: 2 } }'), facts({ gke: there }));
    expect(told.costs.map(({ what }) => what)).toEqual([
      "the cluster's fee, standard",
      '2 e2-small nodes',
      '2 node disks of 20 GiB',
      '1 to 4 e2-small (spot) nodes',
      '1 to 4 node disks of 20 GiB',
      '1 volume of 1 GiB',
      'images in Artifact Registry',
    ]);
    expect(line(told, /2 e2-small/)?.monthly).toEqual({ low: 24.46, high: 24.46 });
    expect(line(told, /spot/)?.monthly).toEqual({ low: 4.89, high: 4 * 4.89 });
  });

  test('how many nodes the config wants counts as well: they come with the next update', () => {
    const there = runningCluster({ mode: 'standard', pools: [pool({ nodes: 1, min: 1, max: 2 })] });
    const wanted = (nodes: string) => estimateOf(config(`cluster: { nodes: ${nodes} }`), facts({ gke: there }));
    expect(line(wanted('{ min: 0, max: 5 }'), /e2-small/)?.what).toBe('0 to 5 e2-small nodes');
    expect(line(wanted('{ min: 2, max: 2 }'), /e2-small/)?.what).toBe('1 to 2 e2-small nodes');
    const theirs = estimateOf(config(''), facts({ gke: { ...there, ours: false } }));
    expect(line(theirs, /e2-small/)?.what).toBe('1 to 2 e2-small nodes');
  });

  test.for([
    ['a regional Standard cluster is not covered', { mode: 'standard' as const, location: 'us-central1' }, false],
    ['a zonal one is', { mode: 'standard' as const, location: 'us-central1-b' }, true],
    ['an Autopilot one is', {}, true],
  ] as const)('free tier: %s', ([, more, isBack]) => {
    const told = estimateOf(config(''), facts({ gke: runningCluster(more) }));
    expect(line(told, /free tier/)?.monthly).toEqual(isBack ? { low: -73, high: -73 } : undefined);
  });

  test('a regional Standard cluster elsewhere leaves the free tier to ours', () => {
    const others = [runningCluster({ name: 'shop', mode: 'standard' })];
    expect(line(estimateOf(config(''), facts({ gkeClusters: others })), /free tier/)).toBeDefined();
  });

  test('what is in no table is unknown, and never 0', () => {
    const told = estimateOf(
      config('cluster: { mode: standard, machine: n2-standard-4 }', 'kubernetes: { storage: { class: odd } }'),
      {},
    );
    expect(unknownIn(told).map(({ because }) => because)).toEqual([
      'n2-standard-4 is not in the table of prices',
      'what the StorageClass odd makes is not in the table of prices',
    ]);
    expect(estimateAsText(told)).toMatch(/^at least \$3 to \$9 a month and what is unknown \(/);
  });

  test('images cost beyond the half GB that is free', () => {
    const of = (sizeBytes: number) =>
      line(estimateOf(config(''), facts({ repository: { sizeBytes } })), /images/)?.monthly?.high;
    expect(of(0)).toBe(0);
    expect(of(2 ** 29)).toBe(0);
    expect(of(2.5 * 2 ** 30)).toBeCloseTo(0.2);
  });

  test.for([
    ['100m', '256Mi', 0.1 * 0.0445 + 0.25 * 0.0049225],
    ['10m', '16Mi', 0.05 * 0.0445 + (52 / 1024) * 0.0049225],
    ['1000m', '512Mi', 0.0445 + 0.0049225],
    ['100m', '1300Mi', 0.196 * 0.0445 + (1300 / 1024) * 0.0049225],
  ] as const)('Autopilot bills a pod of %s and %s as it rounds it', ([cpu, memory, hourly]) => {
    const told = estimateOf(config('', `kubernetes: { cpu: ${cpu}, memory: ${memory} }`), {});
    expect(line(told, /pod/)?.monthly?.low).toBeCloseTo(hourly * 730, 6);
  });

  test('the prices of another region are not known, and it says so', () => {
    expect(estimateAsText(estimateOf(config('region: europe-west1', CHAT), {}))).toBe(
      "about $29 a month (list prices of 2026-11, us-central1's, for want of europe-west1's; an estimate, without traffic)",
    );
    expect(estimateAsText(estimateOf(config('', CHAT), {}))).toBe(
      'about $29 a month (list prices of 2026-11, us-central1; an estimate, without traffic)',
    );
  });
});

const stateless = (min: number, max: number, more = '') =>
  config(
    more,
    `app: { name: shop, image: {}, container: { stateless: true } }, kubernetes: { replicas: { min: ${min}, max: ${max} } }`,
  );

describe('always', () => {
  const counts = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }));
  const machines = fc.constantFrom(...Object.keys(MACHINES));

  test('nothing costs less than nothing but what is given back', () => {
    fc.assert(
      fc.property(counts, machines, fc.boolean(), ([min, more], machine, isStandard) => {
        const nodes = `cluster: { mode: ${isStandard ? 'standard' : 'autopilot'}, machine: ${machine}, nodes: { min: ${min}, max: ${min + more} } }`;
        const { costs, total } = estimateOf(stateless(min, min + more, nodes), {});
        for (const { what, monthly } of costs) if (what !== 'free tier') expect(monthly?.low).toBeGreaterThanOrEqual(0);
        for (const { monthly } of costs) expect(monthly?.high).toBeGreaterThanOrEqual(monthly?.low ?? Number.NaN);
        expect(total.low).toBeGreaterThanOrEqual(0);
        expect(total.high).toBeGreaterThanOrEqual(total.low);
      }),
      { numRuns: 50 },
    );
  });

  test('more pods cost more', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), ([min, range], more) => {
        const [few, many] = [stateless(min, min + range), stateless(min + more, min + range + more)].map(each =>
          estimateOf(each, {}),
        );
        expect(many?.total.low).toBeGreaterThan(few?.total.low ?? Number.NaN);
        expect(many?.total.high).toBeGreaterThan(few?.total.high ?? Number.NaN);
      }),
      { numRuns: 50 },
    );
  });
});

test('every price names what it is for, where it was read and when', () => {
  for (const each of Object.values(PRICES)) {
    expect(each.price).toBeGreaterThan(0);
    for (const text of [each.what, each.unit, each.source]) expect(text).not.toBe('');
    expect(each.read).toMatch(/^20\d\d/);
  }
  for (const { monthly, spot } of Object.values(MACHINES)) expect(spot).toBeLessThan(monthly);
  expect(Object.keys(DISKS)).toContain('standard-rwo');
});

test.for([
  [{ low: 18.25, high: 18.25 }, '$18.25'],
  [{ low: -73, high: -73 }, '-$73.00'],
  [{ low: 9.916, high: 49.58 }, '$9.92 to $49.58'],
  [null, 'unknown'],
] as const)('%j reads %s', ([monthly, text]) => {
  expect(monthlyAsText(monthly)).toBe(text);
});

test('an amount has two decimals', () => {
  expect(dollars(0)).toBe('$0.00');
});
