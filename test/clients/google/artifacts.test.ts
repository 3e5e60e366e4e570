import { expect, test } from 'vitest';
import { google, PROJECT } from '../../support/google.ts';
import { problemOf } from '../../support/registry.ts';
import { APPS, artifactsAt } from './support.ts';

const BASE = `projects/${PROJECT}/locations/us-central1/repositories/apps`;

test('a repository is made once, found, and removed with all that is in it', async () => {
  const [cloud, artifacts] = [await google({ registry: '' }), artifactsAt()];
  expect(await artifacts('repository', APPS)).toBeNull();
  expect(await artifacts('create', { ...APPS, cleanup: true, labels: { team: 'a' } })).toMatchObject({
    detail: `us-central1-docker.pkg.dev/${PROJECT}/apps`,
  });
  expect(await artifacts('repository', APPS)).toEqual({
    name: 'apps',
    location: 'us-central1',
    format: 'DOCKER',
    immutable: true,
    ours: true,
    sizeBytes: 0,
  });
  expect(cloud.repositories.get(BASE)).toMatchObject({
    labels: { team: 'a', 'managed-by': 'bytechat' },
    cleanupPolicies: {
      'keep-newest': { action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
      'delete-untagged': { action: 'DELETE', condition: { tagState: 'UNTAGGED', olderThan: { seconds: '1209600' } } },
    },
  });
  expect(await artifacts('create', APPS)).toEqual({ detail: 'it is there' });
  expect(await artifacts('remove', APPS)).toEqual({ detail: 'gone' });
  expect(cloud.repositories.size).toBe(0);
  expect(await artifacts('remove', APPS)).toEqual({ detail: 'it was gone already' });
});

test('one that is being made is waited for, and not made twice', async () => {
  const [cloud, artifacts] = [await google({ registry: '' }), artifactsAt()];
  cloud.faults.push({ method: 'getLongRunningOperation', status: 'PERMISSION_DENIED' });
  expect(await problemOf(artifacts('create', APPS))).toMatchObject({ code: 'no-permission' });
  expect(await artifacts('create', APPS)).toEqual({ detail: 'it is there' });
  expect(artifacts.lines).toContain('the repository apps is still being made');
  expect(cloud.calls.filter(({ method, status }) => method === 'createRepository' && status === 'OK')).toHaveLength(1);
});

test('one of somebody else that takes images is used, and not removed', async () => {
  const [cloud, artifacts] = [await google({ registry: '' }), artifactsAt()];
  cloud.repositories.set(BASE, { name: BASE, format: 'DOCKER', labels: {} });
  expect(await artifacts('create', APPS)).toEqual({ detail: 'it is there' });
  expect(await problemOf(artifacts('remove', APPS))).toMatchObject({ code: 'name-taken' });
  expect(cloud.repositories.size).toBe(1);
});

test('one that is for something else, or of somebody else, is left alone', async () => {
  const [cloud, artifacts] = [await google({ registry: '' }), artifactsAt()];
  cloud.repositories.set(BASE, { name: BASE, format: 'NPM', labels: {} });
  expect(await problemOf(artifacts('create', APPS))).toMatchObject({
    code: 'name-taken',
    because: 'its format is NPM',
  });
  expect(await problemOf(artifacts('remove', APPS))).toMatchObject({ code: 'name-taken' });
  expect(cloud.repositories.size).toBe(1);
});

test('images of many pages, the newest first, and their deletion', async () => {
  const [cloud, artifacts] = [await google({ registry: '' }), artifactsAt()];
  await artifacts('create', APPS);
  const digests = Array.from({ length: 501 }, (_, index) => `sha256:${String(index).padStart(4, '0')}`);
  digests.forEach((digest, index) => {
    const uri = `us-central1-docker.pkg.dev/${PROJECT}/apps/team/shop@${digest}`;
    const name = `${BASE}/dockerImages/team%2Fshop@${digest}`;
    cloud.images.push({
      name,
      uri,
      tags: [`t${index}`],
      imageSizeBytes: '4096',
      uploadTime: { seconds: 1000 + index },
    });
  });
  const images = (await artifacts('images', APPS)) as unknown as readonly object[];
  expect(images).toHaveLength(501);
  expect(images[0]).toEqual({
    image: 'team/shop',
    digest: 'sha256:0500',
    tags: ['t500'],
    sizeBytes: 4096,
    uploaded: new Date(1_500_000).toISOString(),
  });
  const gone = digests.slice(0, 2);
  expect(await artifacts('delete', { ...APPS, image: 'team/shop', digests: gone })).toEqual({ detail: '2 deleted' });
  expect(cloud.images).toHaveLength(499);
  // As after a kill: what is gone is as it should be.
  expect(await artifacts('delete', { ...APPS, image: 'team/shop', digests: gone })).toEqual({ detail: '2 deleted' });
});

test('a repository that could not be made says why', async () => {
  const [cloud, artifacts] = [await google(), artifactsAt()];
  cloud.endings.set('Repository', { code: 9, message: 'the location has an organization policy' });
  expect(await problemOf(artifacts('create', APPS))).toMatchObject({
    code: 'google-failed',
    message: 'Could not create the repository apps',
    because: 'the location has an organization policy (FAILED_PRECONDITION)',
  });
});
