import { describe, expect, test, vi } from 'vitest';
import type { Remains } from '../../../src/clients/gcp/remains.ts';
import type { ProjectFact } from '../../../src/core/facts/google.ts';
import { ACCOUNT, APIS_OF_NEW, type Google, google, PROJECT } from '../../support/google.ts';
import { problemOf } from '../../support/registry.ts';
import { APPS, artifactsAt, gcpAt, gkeAt, REF, SHOP } from './support.ts';

const APIS = ['container.googleapis.com', 'artifactregistry.googleapis.com'];
const look = async (project = PROJECT): Promise<ProjectFact> =>
  (await gcpAt()('project', { project, apis: APIS })) as unknown as ProjectFact;

test('a project in which all is well', async () => {
  await google();
  expect(await look()).toEqual({
    id: PROJECT,
    number: '123456789012',
    account: ACCOUNT,
    billing: true,
    apis: APIS,
    problems: [],
  });
});

describe('what stands against working there is told, all at once', () => {
  test('no credentials', async () => {
    await google();
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    expect(await look()).toMatchObject({ id: PROJECT, apis: [], problems: [{ code: 'no-credentials' }] });
  });

  test('no such project, or none that we may see: Google says the same of both', async () => {
    await google();
    const { problems } = await look('somebody-elses');
    expect(problems).toMatchObject([
      {
        code: 'no-project',
        message: 'There is no project somebody-elses, or you may not see it',
        fix: expect.stringMatching(/gcloud projects list.*https:\/\/console\.cloud\.google\.com\/iam-admin/),
      },
    ]);
  });

  test('one that is being deleted', async () => {
    await google({ projects: { [PROJECT]: { state: 'DELETE_REQUESTED' } } });
    const { problems } = await look();
    expect(problems).toMatchObject([{ code: 'no-project', fix: expect.stringContaining('gcloud projects undelete') }]);
  });

  test('no billing, with the way to link an account', async () => {
    await google({ projects: { [PROJECT]: { billing: false } } });
    const { billing, problems } = await look();
    expect(billing).toBe(false);
    expect(problems).toMatchObject([
      {
        code: 'no-billing',
        fix: expect.stringMatching(
          /https:\/\/console\.cloud\.google\.com\/billing\/linkedaccount\?project=bytechat-demo.*gcloud billing projects link bytechat-demo/,
        ),
      },
    ]);
  });

  test('several of them', async () => {
    await google({
      projects: { [PROJECT]: { billing: false, denied: ['serviceusage.services.get'] } },
    });
    const { problems } = await look();
    expect(problems.map(({ code }) => code)).toEqual(['no-permission', 'no-billing']);
    expect(problems[0]).toMatchObject({
      message: `Google does not let ${ACCOUNT} see which APIs are on: serviceusage.services.get is missing`,
      fix: expect.stringContaining('--role=roles/serviceusage.serviceUsageAdmin'),
    });
  });

  test('of a new project, in which the APIs that would tell are off, as warnings', async () => {
    await google({ projects: { [PROJECT]: { apis: APIS_OF_NEW } } });
    const fact = await look();
    expect(fact).toMatchObject({ number: '123456789012', billing: true, apis: [] });
    expect(fact.problems).toMatchObject([
      {
        code: 'api-disabled',
        level: 'warning',
        message: `The API cloudresourcemanager.googleapis.com of the project ${PROJECT} is off`,
        fix: expect.stringMatching(
          /^gcloud services enable cloudresourcemanager\.googleapis\.com --project bytechat-demo, or https:\/\/console\.developers/,
        ),
      },
      { code: 'api-disabled', level: 'warning' },
    ]);
  });

  test('that even the API which switches others on is off, as an error', async () => {
    await google({ projects: { [PROJECT]: { apis: ['cloudresourcemanager', 'cloudbilling'] } } });
    const { problems } = await look();
    expect(problems).toMatchObject([{ code: 'api-disabled', message: expect.stringContaining('serviceusage') }]);
    expect(problems[0]).not.toHaveProperty('level');
  });

  test('servers that do not answer', async () => {
    const cloud = await google();
    await cloud.pause();
    const { problems } = await look();
    await cloud.resume();
    expect(problems).toMatchObject([
      { code: 'google-failed', because: expect.stringContaining('ECONNREFUSED') },
      { code: 'google-failed' },
      { code: 'google-failed' },
    ]);
  });
});

describe('APIs', () => {
  test('are switched on, and waited for where they are on only here and there', async () => {
    const cloud = await google({ projects: { [PROJECT]: { apis: APIS_OF_NEW } }, propagation: 3 });
    const [gcp, gke] = [gcpAt(), gkeAt()];
    expect(await gcp('enable', { project: PROJECT, apis: APIS })).toEqual({ detail: '2 APIs on' });
    expect(gcp.lines[0]).toBe('switching on container.googleapis.com, artifactregistry.googleapis.com');
    expect(await gke('create', SHOP)).toMatchObject({ operation: expect.stringContaining('operation-') });
    expect(gke.lines.filter(line => line.includes('has not been used'))).toHaveLength(3);
    expect(cloud.propagation).toBe(0);
    const { isMutating } = cloud.calls.findLast(({ method }) => method === 'services.batchEnable') ?? {};
    expect(isMutating).toBe(true);
  });

  test('that nobody has switched on are not waited for beside them', async () => {
    await google({ projects: { [PROJECT]: { apis: APIS_OF_NEW } } });
    const gcp = gcpAt();
    await gcp('enable', { project: PROJECT, apis: APIS });
    const { problems } = (await gcp('project', { project: PROJECT, apis: APIS })) as unknown as ProjectFact;
    expect(problems.map(({ code, level }) => [code, level])).toEqual(Array(2).fill(['api-disabled', 'warning']));
    expect(gcp.lines.filter(line => line.includes('try 2'))).toEqual([]);
  });

  test('of a project without billing stay off', async () => {
    await google({ projects: { [PROJECT]: { billing: false, apis: APIS_OF_NEW } } });
    expect(await problemOf(gcpAt()('enable', { project: PROJECT, apis: APIS }))).toMatchObject({ code: 'no-billing' });
  });

  test('that are off have nothing, for whoever only looks', async () => {
    await google({ projects: { 'new-project': { apis: APIS_OF_NEW } } });
    const project = 'new-project';
    expect(await gkeAt()('describe', { ...REF, project })).toBeNull();
    expect(await gkeAt()('list', { project })).toEqual([]);
    expect(await artifactsAt()('repository', { ...APPS, project })).toBeNull();
    expect(await artifactsAt()('images', { ...APPS, project })).toEqual([]);
    const where = { project, region: 'us-central1' };
    expect(await gcpAt()('region', where)).toEqual({ region: 'us-central1', exists: true, zones: [], quotas: [] });
    expect(await gcpAt()('remains', where)).toEqual({ ...NOTHING, detail: 'nothing of ours is left' });
    expect(await problemOf(gkeAt()('create', { ...SHOP, project }))).toMatchObject({ code: 'api-disabled' });
  });
});

const NOTHING: Omit<Remains, 'detail'> = {
  clusters: [],
  disks: [],
  balancers: [],
  addresses: [],
  repositories: [],
};

test('a region has zones, and its quotas with the one that all regions share', async () => {
  await google();
  const region = await gcpAt()('region', { project: PROJECT, region: 'us-central1' });
  expect(region).toMatchObject({ exists: true, zones: ['us-central1-a', 'us-central1-b', 'us-central1-c'] });
  expect(region.quotas).toContainEqual({ metric: 'CPUS', limit: 24, usage: 0 });
  expect(region.quotas).toContainEqual({ metric: 'CPUS_ALL_REGIONS', limit: 32, usage: 0 });
  expect(await gcpAt()('region', { project: PROJECT, region: 'mars-east1' })).toMatchObject({ exists: false });
});

describe('what is left and costs', () => {
  const fill = ({ things }: Google): void => {
    const made = { 'goog-k8s-cluster-name': 'shop' };
    things.disks.push(
      { name: 'pvc-1', place: 'zones/us-central1-a', sizeGb: '10', labels: made },
      { name: 'pvc-2', place: 'zones/us-central1-a', sizeGb: '20', labels: { 'goog-k8s-cluster-name': 'other' } },
      { name: 'gke-shop-pvc-3', place: 'zones/us-central1-b', sizeGb: '30' },
      { name: 'by-hand', place: 'zones/us-central1-b', sizeGb: '40' },
    );
    things.forwardingRules.push(
      {
        name: 'a1b2',
        place: 'regions/us-central1',
        description: '{"kubernetes.io/service-name":"shop/web","kubernetes.io/service-ip":"203.0.113.7"}',
      },
      { name: 'c3d4', place: 'regions/us-central1', description: '{"kubernetes.io/service-name":"team/web"}' },
      { name: 'by-hand', place: 'global', description: 'not JSON {' },
    );
    things.addresses.push({ name: 'chat', place: 'global', labels: { 'managed-by': 'bytechat' } });
  };

  test('is what clusters of ours have made, also when they are gone', async () => {
    const [cloud, gcp] = [await google(), gcpAt()];
    fill(cloud);
    await artifactsAt()('create', APPS);
    const where = { project: PROJECT, region: 'us-central1' };
    expect(await gcp('remains', where)).toEqual({
      ...NOTHING,
      addresses: ['global/chat'],
      repositories: [{ name: 'us-central1/apps', sizeBytes: 0 }],
      detail: 'the address global/chat; the images in us-central1/apps, 0 MB',
    });
    const disks = [
      { name: 'pvc-1', zone: 'us-central1-a', sizeGb: 10 },
      { name: 'gke-shop-pvc-3', zone: 'us-central1-b', sizeGb: 30 },
    ];
    expect(await gcp('remains', { ...where, clusters: ['shop'], namespace: 'shop' })).toMatchObject({
      disks,
      balancers: ['us-central1/a1b2'],
    });
    await gkeAt()('create', SHOP);
    expect(await gcp('remains', where)).toMatchObject({ clusters: ['us-central1/shop'], disks, balancers: [] });
  });
});
