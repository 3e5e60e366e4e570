import { describe, expect, test } from 'vitest';
import { google, PROJECT } from '../../support/google.ts';
import { problemOf } from '../../support/registry.ts';
import { gkeAt, REF, SHOP, STANDARD } from './support.ts';

const QUOTA =
  "Insufficient regional quota to satisfy request: resource \"SSD_TOTAL_GB\": request requires '300.0' and is short '50.0'.";

describe('a creation that ends in an error', () => {
  test('for want of quota names the metric, and the way to get more; what is left can be deleted', async () => {
    const [cloud, gke] = [await google(), gkeAt()];
    cloud.endings.set('CREATE_CLUSTER', {
      code: 8,
      message: QUOTA,
      conditions: [{ code: 'GCE_QUOTA_EXCEEDED', message: QUOTA }],
    });
    const { operation } = await gke('create', SHOP);
    expect(await problemOf(gke('wait', { ...REF, operation }))).toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringMatching(/not enough quota to go on with creating the cluster shop: SSD_TOTAL_GB$/),
      because: QUOTA,
      fix: expect.stringMatching(
        /iam-admin\/quotas\?project=bytechat-demo&metric=SSD_TOTAL_GB.*gcloud container clusters delete shop --location us-central1 --project bytechat-demo; https:\/\/console/,
      ),
    });
    expect(await gke('describe', REF)).toMatchObject({ status: 'ERROR', because: QUOTA });
    expect(await problemOf(gke('create', SHOP))).toMatchObject({ code: 'cluster-refused', because: QUOTA });
    await gke('delete', REF);
    expect(await gke('wait', REF)).toMatchObject({ status: 'GONE' });
  });

  test('of another kind is told in the words of Google, however late it is asked for', async () => {
    const [cloud, gke] = [await google(), gkeAt()];
    cloud.endings.set('CREATE_CLUSTER', { code: 13, message: 'The zone has no such machines', conditions: STOCKOUT });
    const { operation } = await gke('create', SHOP);
    for (let again = 0; again < 2; again++)
      expect(await problemOf(gke('wait', { ...REF, operation }))).toMatchObject({
        code: 'cluster-refused',
        message: 'Google has failed at creating the cluster shop',
        because: 'The zone has no such machines',
        fix: expect.stringMatching(/^Google has no such machines there now: choose another zone\./),
      });
    // The operation is over, and forgotten by whoever asks: the cluster says it itself.
    expect(await problemOf(gke('wait', REF))).toMatchObject({ code: 'cluster-refused' });
  });
});

const STOCKOUT = [{ code: 'GCE_STOCKOUT', message: 'The zone has no such machines' }];

test('a server that is gone while it is polled is waited for, without a word lost', async () => {
  const cloud = await google({ polls: 4 });
  const gke = gkeAt(async count => {
    if (count === 2) await cloud.pause();
    if (count === 8) await cloud.resume();
  });
  await gke('create', SHOP);
  expect(await gke('wait', REF)).toMatchObject({ status: 'RUNNING' });
  expect(gke.lines.filter(line => /ECONNREFUSED.*\(UNAVAILABLE\)/.test(line)).length).toBeGreaterThan(3);
});

test('a server that does not come back is a Problem in the end', async () => {
  const cloud = await google();
  const gke = gkeAt(count => (count === 1 ? cloud.pause() : undefined));
  await gke('create', SHOP);
  const problem = await problemOf(gke('wait', REF));
  await cloud.resume();
  expect(problem).toMatchObject({ code: 'google-failed', because: expect.stringMatching(/ECONNREFUSED.*, 27 times$/) });
});

test('two who create at once wait for the same operation', async () => {
  const cloud = await google();
  const [one, other] = [gkeAt(), gkeAt()];
  const both = await Promise.all([one('create', SHOP), other('create', SHOP)]);
  expect(both[0]?.operation).toBe(both[1]?.operation);
  expect(both[0]).toMatchObject({ note: both[1]?.operation });
  expect(cloud.calls.filter(({ isMutating, status }) => isMutating && status === 'OK')).toHaveLength(1);
  const ends = both.map(({ operation }, index) =>
    [one, other][index]?.('wait', { ...REF, operation: operation ?? '' }),
  );
  expect(await Promise.all(ends)).toMatchObject([{ status: 'RUNNING' }, { status: 'RUNNING' }]);
});

test('a stranger’s cluster of that name is refused by all that would change it', async () => {
  const [cloud, gke] = [await google(), gkeAt()];
  await gke('create', SHOP);
  await gke('wait', REF);
  Object.assign(cloud.clusters.get(`projects/${PROJECT}/locations/us-central1/clusters/shop`) ?? {}, {
    resourceLabels: { team: 'other' },
  });
  const already = cloud.calls.length;
  for (const [method, request] of [
    ['create', SHOP],
    ['delete', REF],
    ['update', { ...REF, channel: 'rapid' }],
  ] as const)
    expect(await problemOf(gke(method, request))).toMatchObject({
      code: 'name-taken',
      fix: expect.stringContaining('managed-by=bytechat'),
    });
  expect(cloud.calls.slice(already).filter(({ isMutating, status }) => isMutating && status === 'OK')).toEqual([]);
});

test('whoever stops waiting is told that it goes on, and the next one goes on with it', async () => {
  await google({ polls: 5 });
  const stop = new AbortController();
  const gke = gkeAt(count => (count === 2 ? stop.abort() : undefined));
  await gke('create', SHOP);
  await expect(gke('wait', REF, { signal: stop.signal, onLine: line => gke.lines.push(line) })).rejects.toThrow(
    'aborted',
  );
  expect(gke.lines.at(-1)).toBe('no longer waiting: what has begun goes on at Google, and the next run finds it');
  expect(await gke('wait', REF)).toMatchObject({ status: 'RUNNING' });
});

test('an operation that Google has forgotten is over', async () => {
  await google();
  const gke = gkeAt();
  await gke('create', SHOP);
  expect(await gke('wait', { ...REF, operation: 'operation-of-last-year' })).toMatchObject({ status: 'RUNNING' });
  expect(await gke('wait', { ...REF, operation: '' })).toMatchObject({ status: 'RUNNING' });
});

test('a cluster that is being made is deleted when that is over', async () => {
  const [cloud, gke] = [await google(), gkeAt()];
  await gke('create', SHOP);
  const { operation } = await gke('delete', REF);
  expect(await gke('wait', { ...REF, operation, gone: true })).toMatchObject({ status: 'GONE' });
  expect(cloud.calls.filter(({ status }) => status === 'FAILED_PRECONDITION')).toEqual([]);
});

describe('what is asked for', () => {
  const specOf = (calls: readonly { method: string; request: unknown }[]) =>
    (calls.find(({ method }) => method === 'createCluster')?.request as { cluster: object } | undefined)?.cluster;

  test('Autopilot has no pools', async () => {
    const cloud = await google();
    await gkeAt()('create', { ...SHOP, labels: { team: 'a', 'managed-by': 'me' } });
    expect(specOf(cloud.calls)).toMatchObject({
      name: 'shop',
      autopilot: { enabled: true },
      nodePools: [],
      releaseChannel: { channel: 'REGULAR' },
      resourceLabels: { team: 'a', 'managed-by': 'bytechat' },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
    });
  });

  test('Standard has one, that scales, and the identities of its workloads', async () => {
    const cloud = await google();
    const gke = gkeAt();
    await gke('create', STANDARD);
    expect(specOf(cloud.calls)).toMatchObject({
      autopilot: null,
      workloadIdentityConfig: { workloadPool: `${PROJECT}.svc.id.goog` },
      releaseChannel: { channel: 'STABLE' },
      nodePools: [
        {
          name: 'default',
          initialNodeCount: 1,
          autoscaling: { enabled: true, minNodeCount: 0, maxNodeCount: 3 },
          config: {
            machineType: 'e2-medium',
            spot: true,
            diskSizeGb: 30,
            workloadMetadataConfig: { mode: 'GKE_METADATA' },
          },
        },
      ],
    });
    const where = { ...REF, location: STANDARD.location };
    await gke('wait', where);
    expect(await gke('describe', where)).toMatchObject({
      mode: 'standard',
      channel: 'stable',
      pools: [{ name: 'default', machine: 'e2-medium', nodes: 1, min: 0, max: 3, spot: true, diskGb: 30 }],
    });
  });

  test('a change of size, of limits, of the channel', async () => {
    await google();
    const gke = gkeAt();
    const where = { ...REF, location: STANDARD.location };
    await gke('create', STANDARD);
    await gke('wait', where);
    for (const change of [{ size: 2 }, { nodes: { min: 1, max: 5 } }, { channel: 'rapid' }]) {
      const { operation } = await gke('update', { ...where, ...change });
      expect(await gke('wait', { ...where, operation })).toMatchObject({ status: 'RUNNING' });
    }
    expect(await gke('describe', where)).toMatchObject({ channel: 'rapid', pools: [{ nodes: 2, min: 1, max: 5 }] });
    expect(await gke('update', where)).toMatchObject({ operation: '', detail: 'nothing to change' });
  });

  test('a change waits for the one that somebody else has begun, before it looked or after', async () => {
    const cloud = await google();
    const where = { ...REF, location: STANDARD.location };
    const [theirs, ours] = [gkeAt(), gkeAt()];
    await theirs('create', STANDARD);
    await theirs('wait', where);
    await theirs('update', { ...where, channel: 'rapid' });
    await ours('update', { ...where, size: 2 });
    await ours('wait', where);
    expect(cloud.calls.filter(({ status }) => status === 'FAILED_PRECONDITION')).toEqual([]);
    expect(await ours('describe', where)).toMatchObject({ channel: 'rapid', pools: [{ nodes: 2 }] });

    await theirs('update', { ...where, channel: 'stable' });
    Object.assign([...cloud.clusters.values()][0] ?? {}, { status: 'RUNNING' });
    const late = gkeAt(async () => void (await theirs('wait', where)));
    await late('update', { ...where, size: 3 });
    await late('wait', where);
    expect(cloud.calls.filter(({ status }) => status === 'FAILED_PRECONDITION')).toHaveLength(1);
    expect(await late('describe', where)).toMatchObject({ channel: 'stable', pools: [{ nodes: 3 }] });
  });

  test('what Autopilot does not have is refused', async () => {
    await google();
    const gke = gkeAt();
    await gke('create', SHOP);
    await gke('wait', REF);
    for (const change of [{ size: 2 }, { nodes: { min: 1, max: 5 } }])
      expect(await problemOf(gke('update', { ...REF, ...change }))).toMatchObject({ code: 'invalid-value' });
    expect(await problemOf(gke('update', { ...REF, cluster: 'none', size: 1 }))).toMatchObject({ code: 'no-cluster' });
  });

  test('a place that does not exist, and quota that is not there, are Problems at once', async () => {
    const [cloud, gke] = [await google(), gkeAt()];
    expect(await problemOf(gke('create', { ...SHOP, location: 'mars-east1' }))).toMatchObject({
      code: 'invalid-value',
      because: expect.stringContaining('Location "mars-east1" does not exist'),
      fix: expect.stringContaining(`gcloud compute zones list --project ${PROJECT}`),
    });
    cloud.faults.push({ method: 'createCluster', status: 'RESOURCE_EXHAUSTED', message: QUOTA });
    expect(await problemOf(gke('create', SHOP))).toMatchObject({
      code: 'quota-exceeded',
      message: `The project ${PROJECT} has not enough quota to create the cluster shop: SSD_TOTAL_GB`,
    });
    expect(gke.pauses).toEqual([]);
  });
});
