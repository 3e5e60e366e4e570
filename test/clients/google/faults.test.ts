/** Every call of an API of Google, failing once, in each of the ways that they fail. */
import { describe, expect, test } from 'vitest';
import type { ProjectFact } from '../../../src/core/facts/google.ts';
import type { Json } from '../../../src/core/json.ts';
import { type Google, google, PROJECT } from '../../support/google.ts';
import { problemOf } from '../../support/registry.ts';
import { APPS, type Asking, artifactsAt, gcpAt, gkeAt, REF, SHOP, STANDARD } from './support.ts';

interface Clients {
  readonly gke: Asking;
  readonly artifacts: Asking;
  readonly gcp: Asking;
}

interface Case {
  /** As the stand-in calls it. */
  readonly method: string;
  readonly before?: (clients: Clients, cloud: Google) => Promise<unknown>;
  readonly ask: (clients: Clients) => Promise<Json>;
}

const makes = async ({ gke }: Clients, what: typeof SHOP | typeof STANDARD): Promise<void> => {
  await gke('create', what);
  await gke('wait', { project: what.project, location: what.location, cluster: what.cluster });
};
const made = (clients: Clients) => makes(clients, SHOP);
const standard = (clients: Clients) => makes(clients, STANDARD);
const ZONAL = { ...REF, location: STANDARD.location };
const withImage = async ({ artifacts }: Clients, cloud: Google) => {
  await artifacts('create', APPS);
  cloud.images.push(IMAGE);
};
const BASE = `projects/${PROJECT}/locations/us-central1/repositories/apps`;
const IMAGE = {
  name: `${BASE}/dockerImages/team%2Fshop@sha256:aa`,
  uri: `us-central1-docker.pkg.dev/${PROJECT}/apps/team/shop@sha256:aa`,
  tags: ['1f2e3d4c5b6a'],
  imageSizeBytes: '4096',
  uploadTime: { seconds: 1_700_000_000 },
};
const remains = ({ gcp }: Clients) => gcp('remains', { project: PROJECT, region: 'us-central1' });
const enable = ({ gcp }: Clients) => gcp('enable', { project: PROJECT, apis: ['container.googleapis.com'] });
const off = async (_clients: Clients, cloud: Google) =>
  cloud.projects.get(PROJECT)?.apis.delete('container.googleapis.com');

const CASES: readonly Case[] = [
  { method: 'getCluster', before: made, ask: ({ gke }) => gke('describe', REF) },
  { method: 'listClusters', ask: ({ gke }) => gke('list', { project: PROJECT }) },
  { method: 'listOperations', before: ({ gke }) => gke('create', SHOP), ask: ({ gke }) => gke('describe', REF) },
  { method: 'createCluster', ask: ({ gke }) => gke('create', SHOP) },
  { method: 'getOperation', before: ({ gke }) => gke('create', SHOP), ask: ({ gke }) => gke('wait', REF) },
  { method: 'updateCluster', before: made, ask: ({ gke }) => gke('update', { ...REF, channel: 'stable' }) },
  { method: 'setNodePoolSize', before: standard, ask: ({ gke }) => gke('update', { ...ZONAL, size: 2 }) },
  {
    method: 'setNodePoolAutoscaling',
    before: standard,
    ask: ({ gke }) => gke('update', { ...ZONAL, nodes: { min: 0, max: 5 } }),
  },
  { method: 'deleteCluster', before: made, ask: ({ gke }) => gke('delete', REF) },
  { method: 'createRepository', ask: ({ artifacts }) => artifacts('create', APPS) },
  { method: 'getRepository', ask: ({ artifacts }) => artifacts('repository', APPS) },
  { method: 'getLongRunningOperation', before: withImage, ask: ({ artifacts }) => artifacts('remove', APPS) },
  { method: 'listDockerImages', before: withImage, ask: ({ artifacts }) => artifacts('images', APPS) },
  {
    method: 'deleteVersion',
    before: withImage,
    ask: ({ artifacts }) => artifacts('delete', { ...APPS, image: 'team/shop', digests: ['sha256:aa'] }),
  },
  { method: 'deleteRepository', before: withImage, ask: ({ artifacts }) => artifacts('remove', APPS) },
  { method: 'listRepositories', ask: remains },
  { method: 'aggregated.list', ask: remains },
  { method: 'regions.get', ask: ({ gcp }) => gcp('region', { project: PROJECT, region: 'us-central1' }) },
  { method: 'compute.projects.get', ask: ({ gcp }) => gcp('region', { project: PROJECT, region: 'us-central1' }) },
  { method: 'services.batchEnable', before: off, ask: enable },
  { method: 'services.operation', before: off, ask: enable },
];

const clientsFor = (): Clients => ({ gke: gkeAt(), artifacts: artifactsAt(), gcp: gcpAt() });
const linesOf = ({ gke, artifacts, gcp }: Clients): string =>
  [gke, artifacts, gcp].flatMap(({ lines }) => lines).join('\n');

const PASSING = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'] as const;

describe.each(CASES)('$method', ({ method, before, ask }) => {
  const ready = async (): Promise<{ readonly cloud: Google; readonly clients: Clients }> => {
    const [cloud, clients] = [await google({ polls: 2 }), clientsFor()];
    await before?.(clients, cloud);
    return { cloud, clients };
  };

  test('is tried again when it may go better, and says so', async () => {
    for (const status of PASSING) {
      const { cloud, clients } = await ready();
      cloud.faults.push({ method, status });
      await ask(clients);
      expect(cloud.faults).toEqual([]);
      expect(linesOf(clients)).toMatch(new RegExp(`\\(${status}\\); try 2 of (9|27) in 0\\.5 s`));
    }
  });

  test('is not tried again when Google does not let us, and says what is missing and how to get it', async () => {
    const { cloud, clients } = await ready();
    const message = `Required "container.clusters.create" permission(s) for "projects/${PROJECT}".`;
    cloud.faults.push({ method, status: 'PERMISSION_DENIED', message });
    const already = cloud.calls.length;
    const problem = await problemOf(ask(clients));
    expect(problem).toMatchObject({ code: 'no-permission', because: message });
    expect(problem.message).toMatch(
      /^Google does not let deployer@.* (create|delete|read|list|see|change|switch).*: container\.clusters\.create is missing$/,
    );
    expect(problem.fix).toContain(
      `gcloud projects add-iam-policy-binding ${PROJECT} --member=serviceAccount:deployer@bytechat-demo.iam.gserviceaccount.com --role=roles/container.admin`,
    );
    expect(problem.fix).toContain(`https://console.cloud.google.com/iam-admin/iam?project=${PROJECT}`);
    expect(cloud.calls.slice(already).filter(call => call.status === 'PERMISSION_DENIED')).toHaveLength(1);
  });

  test('that is refused without a word on what is missing names the role for its API', async () => {
    const { cloud, clients } = await ready();
    cloud.faults.push({ method, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' });
    const { fix } = await problemOf(ask(clients));
    expect(fix).toMatch(/ --role=roles\/(container|artifactregistry|serviceusage|compute)\.[a-zA-Z]+, /);
  });

  test('is not tried again when there is one already, and nobody is told to choose another name', async () => {
    const { cloud, clients } = await ready();
    cloud.faults.push({ method, status: 'ALREADY_EXISTS' });
    expect(await problemOf(ask(clients))).toMatchObject({
      code: 'google-failed',
      fix: expect.stringMatching(/^try again; /),
    });
    expect(linesOf(clients)).not.toContain('try 2');
  });
});

describe.each(['projects.get', 'billing.get', 'services.batchGet'])('%s', method => {
  const look = async (
    status: 'UNAVAILABLE' | 'DEADLINE_EXCEEDED' | 'RESOURCE_EXHAUSTED' | 'PERMISSION_DENIED' | 'ALREADY_EXISTS',
  ) => {
    const [cloud, gcp] = [await google(), gcpAt()];
    cloud.faults.push({ method, status });
    const fact = await gcp('project', { project: PROJECT, apis: ['container.googleapis.com'] });
    return { fact: fact as unknown as ProjectFact, lines: gcp.lines };
  };

  test('is tried again when it may go better', async () => {
    for (const status of PASSING) {
      const { fact, lines } = await look(status);
      expect(fact).toMatchObject({ billing: true, apis: ['container.googleapis.com'], problems: [] });
      expect(lines).toEqual([expect.stringContaining(`(${status}); try 2 of 3 in 0.5 s`)]);
    }
  });

  test('that is refused is one of the problems of the project', async () => {
    for (const status of ['PERMISSION_DENIED', 'ALREADY_EXISTS'] as const) {
      const { fact } = await look(status);
      expect(fact.problems).toMatchObject([
        { code: status === 'PERMISSION_DENIED' ? 'no-permission' : 'google-failed' },
      ]);
    }
  });
});

test('the metadata server that is busy is asked again; one that gives no token is a Problem', async () => {
  const [cloud, gke] = [await google(), gkeAt()];
  cloud.faults.push({ method: 'token', status: 'UNAVAILABLE', times: 4 });
  expect(await gke('list', { project: PROJECT })).toEqual([]);
  cloud.tokens.revoke();
  cloud.faults.push({ method: 'token', status: 'PERMISSION_DENIED' });
  expect(await problemOf(gke('list', { project: PROJECT }))).toMatchObject({
    code: 'no-credentials',
    fix: expect.stringContaining('gcloud auth application-default login'),
  });
});

test('what fails for a minute is a Problem, with how often it was tried', async () => {
  const [cloud, gke] = [await google(), gkeAt()];
  cloud.faults.push({ method: 'createCluster', status: 'UNAVAILABLE', message: 'no backend', times: 20 });
  expect(await problemOf(gke('create', SHOP))).toMatchObject({
    code: 'google-failed',
    message: 'Could not create the cluster shop',
    because: 'no backend (UNAVAILABLE), 9 times',
    fix: expect.stringContaining('https://status.cloud.google.com'),
  });
  expect(gke.pauses.reduce((sum, ms) => sum + ms, 0)).toBe(60_500);
});

describe('a change whose answer got lost', () => {
  test.each(['UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const)('is not made twice: %s', async status => {
    const [cloud, clients] = [await google({ polls: 2 }), clientsFor()];
    cloud.faults.push({ method: 'createCluster', status, isAnswerLost: true });
    const { operation } = await clients.gke('create', SHOP);
    expect(operation).toMatch(/^operation-/);
    expect(await clients.gke('wait', { ...REF, operation })).toMatchObject({ status: 'RUNNING' });

    cloud.faults.push({ method: 'deleteCluster', status, isAnswerLost: true });
    expect(await clients.gke('delete', REF)).toMatchObject({ detail: 'it is being deleted already' });
    expect(await clients.gke('wait', REF)).toMatchObject({ status: 'GONE' });

    cloud.faults.push({ method: 'createRepository', status, isAnswerLost: true });
    await clients.artifacts('create', APPS);
    expect(await clients.artifacts('repository', APPS)).toMatchObject({ name: 'apps', ours: true });
  });
});
