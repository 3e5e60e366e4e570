/** `bytechat kube …` about the app itself: the built program, with the little app of the contract. */
import { basename } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { bytechat, start } from '../contract/bytechat.ts';
import { kubernetesPlace } from '../contract/kubernetes.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';

test.skipIf(withoutCluster)('kube, without a set, is about the app', { timeout: 240_000 }, async () => {
  const place = kubernetesPlace({ stateless: true });
  onTestFinished(() => place.dispose(), 120_000);
  place.write({ text: 'one' });
  const name = `little-${basename(place.project).slice(-6).toLowerCase()}`;
  const kube = (...words: string[]) => bytechat(place.project, 'kube', ...words);
  expect(await kube('status')).toMatchObject({ exit: 1, stdout: expect.stringContaining('There is nothing of') });
  expect(await kube('apply')).toMatchObject({ exit: 3, stderr: expect.stringContaining('bytechat docker push') });
  expect(await kube('delete', '--yes')).toMatchObject({ exit: 0 });
  expect(await kube('diff')).toMatchObject({
    exit: 1,
    stdout: expect.stringContaining(`+ create  Deployment/${name}`),
  });

  expect(await bytechat(place.project, 'docker', 'push')).toMatchObject({ exit: 0 });
  expect(await kube('apply')).toMatchObject({ exit: 0 });
  expect(await kube('diff')).toMatchObject({ exit: 0, stdout: expect.stringContaining('No differences') });
  const again = await kube('apply');
  expect(again).toMatchObject({ exit: 0, stdout: '' });
  expect(again.stderr).toContain('Nothing to apply');

  const status = await kube('status', '--json');
  expect(status.exit).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({
    set: name,
    ok: true,
    workloads: [{ what: `Deployment/${name}`, ready: 2, wanted: 2, done: true }],
    pods: [{ ready: true }, { ready: true }],
  });
  expect((await kube('logs', '--lines', '3')).stdout).toMatch(new RegExp(`^${name}-[^ ]+: `));

  await kubectl(
    '-n',
    name,
    'patch',
    'service',
    name,
    '--type=json',
    '-p',
    '[{"op":"replace","path":"/spec/ports/0/port","value":81}]',
  );
  const drifted = await kube('diff');
  expect(drifted).toMatchObject({ exit: 1, stdout: expect.stringContaining('somebody else has changed it') });
  expect(await kube('apply')).toMatchObject({ exit: 0 });
  expect(await kubectl('-n', name, 'get', 'service', name, '-o', 'jsonpath={.spec.ports[*].port}')).toBe('80');

  const lead = start(place.project, ['kube', 'port-forward'], { KUBECONFIG: process.env.KUBECONFIG });
  await lead.said('http://localhost:');
  lead.kill('SIGINT');
  const { exit, stdout } = await lead.ended;
  expect([exit, stdout]).toEqual([0, expect.stringMatching(/^http:\/\/localhost:\d+/)]);

  const asked = await kube('delete');
  expect(asked).toMatchObject({ exit: 2, stderr: expect.stringContaining('not-confirmed') });
  expect(await kube('delete', '--yes')).toMatchObject({ exit: 0 });
  expect(await kubectl('-n', name, 'get', 'deployment,service,pod', '-o', 'name')).toBe('');
});
