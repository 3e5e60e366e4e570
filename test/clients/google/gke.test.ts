import { expect, test } from 'vitest';
import { google } from '../../support/google.ts';
import { gkeAt, REF, SHOP } from './support.ts';

test('a cluster is made, waited for, described, and deleted until no list has it', async () => {
  const cloud = await google({ polls: 3 });
  const gke = gkeAt();
  expect(await gke('describe', REF)).toBeNull();
  const begun = await gke('create', SHOP);
  expect(begun).toMatchObject({ operation: expect.stringMatching(/^operation-/) });
  expect(await gke('describe', REF)).toMatchObject({ status: 'PROVISIONING', operation: begun.operation });
  expect(await gke('wait', { ...REF, operation: begun.operation })).toMatchObject({ status: 'RUNNING' });
  expect(gke.lines.join('\n')).toMatch(/creating the cluster shop, 0 s, 33 % \(DEPLOYING\)/);
  const [lens] = cloud.lenses.values();
  expect(await gke('describe', REF)).toMatchObject({
    name: 'shop',
    location: 'us-central1',
    status: 'RUNNING',
    mode: 'autopilot',
    channel: 'regular',
    ours: true,
    endpoint: lens?.endpoint ?? '203.0.113.10',
    ca: Buffer.from(lens?.ca ?? 'CA').toString('base64'),
    operation: '',
  });
  expect(await gke('list', { project: REF.project })).toHaveLength(1);
  await gke('delete', REF);
  expect(await gke('wait', REF)).toMatchObject({ status: 'GONE' });
  expect(cloud.clusters.size).toBe(0);
  expect(await gke('delete', REF)).toMatchObject({ operation: '', detail: 'it was gone already' });
});
