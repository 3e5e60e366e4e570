import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Pipeline } from '../../src/pipeline.ts';
import { writeApp } from '../contract/app.ts';
import { type Ran, type Running, start } from '../contract/bytechat.ts';
import { imageProject } from '../contract/image-project.ts';
import { ask } from '../contract/load.ts';
import { launchChromium } from '../support/chromium.ts';
import { withoutCluster } from '../support/cluster.ts';
import { docker } from '../support/docker.ts';
import { APIS_OF_NEW, type Google, startGoogle } from '../support/google.ts';
import { joinRoom, newPerson, startRoom } from '../support/person.ts';

/** Everything but Google is real: Docker, the registry, the cluster. */
describe.skipIf(withoutCluster)('a deploy to Google Cloud', { timeout: 600_000 }, () => {
  let google: Google;
  let next = 7400 + (process.pid % 40) * 10;

  beforeAll(async () => {
    google = await startGoogle({ registry: process.env.BYTECHAT_TEST_OPEN_REGISTRY ?? '' });
    Object.assign(process.env, google.env);
  });
  afterAll(() => google.stop());

  /** An empty project of Google Cloud, and a folder with an app that is to run in it. */
  const begin = (project: { readonly apis?: readonly string[] } = {}) => {
    next += 10;
    const id = `demo-${randomBytes(4).toString('hex')}`;
    const port = next;
    google.addProject(id, project);
    const made = imageProject('gcp', name => configFor(name, port));
    writeApp(`${made.project}/app`, { text: 'one' });
    const begun = (args: readonly string[], folder = made.project): Running =>
      start(folder, [...args, '--target', 'gcp'], { GOOGLE_CLOUD_PROJECT: id });
    const run = (...args: string[]): Promise<Ran> => begun(args).ended;
    onTestFinished(async () => {
      google.faults.length = 0;
      google.endings.clear();
      await run('destroy', '--data', '--yes');
      await rm(made.project, { recursive: true, force: true });
    });
    const good = async (...args: string[]): Promise<string> => {
      const ran = await run(...args);
      expect(ran, ran.stderr).toMatchObject({ exit: 0 });
      return ran.stdout.trim();
    };
    const write = (text: string): void => writeApp(`${made.project}/app`, { text });
    const mine = ({ request }: { readonly request: unknown }): boolean => JSON.stringify(request).includes(id);
    return { ...made, id, begun, run, good, write, calls: () => google.calls.filter(mine), held: () => heldBy(id) };
  };

  const heldBy = (id: string): string[] =>
    [...google.clusters.keys(), ...google.repositories.keys()].filter(name => name.includes(`/${id}/`));

  const configFor = (name: string, port: number): string => `app:
  name: ${name}
  image: {}
  container: { stateless: true }
  port: ${port}-${port + 9}
  drain: 5
  health: [{ http: /healthz }]
kubernetes: { cpu: 10m, memory: 128Mi }
`;

  test('takes an empty project to an app that serves, and leaves it empty again', async () => {
    const { good, write, calls, held, run } = begin({ apis: APIS_OF_NEW });
    const url = await good('deploy');
    expect(await ask(url)).toBe('one');
    expect(held()).toHaveLength(2);

    const before = calls().filter(({ isMutating }) => isMutating);
    const [lens] = [...google.lenses].filter(([name]) => held().includes(name)).map(([, each]) => each);
    const asked = lens?.asked.length ?? 0;
    expect(await good('deploy')).toBe(url);
    expect(calls().filter(({ isMutating }) => isMutating)).toEqual(before);
    expect(lens?.asked.slice(asked).filter(({ method }) => method !== 'GET')).toEqual([]);

    write('two');
    expect(await ask(await good('deploy'))).toBe('two');
    await good('rollback');
    expect(await ask(url)).toBe('one');

    const stays = await run('destroy', '--yes');
    expect(stays.stderr).toMatch(/cluster +stays|stays, with the data in it, and costs/);
    expect(held()).toHaveLength(2);
    const ended = await run('destroy', '--data', '--yes');
    expect(ended, ended.stderr).toMatchObject({ exit: 0 });
    expect(ended.stderr).toContain('nothing of ours is left');
    expect(held()).toEqual([]);
    expect(await run('destroy', '--data', '--yes')).toMatchObject({ exit: 0 });
  });

  test('tells why Google could not make the cluster, and goes on when what is left of it was deleted', async () => {
    const { run, good, held } = begin();
    const message =
      'Insufficient regional quota to satisfy request: resource "CPUS": request requires 12 and is short 4';
    google.endings.set('CREATE_CLUSTER', {
      code: 8,
      message,
      conditions: [{ code: 'GCE_QUOTA_EXCEEDED', message }],
    });
    const failed = await run('deploy');
    expect(failed).toMatchObject({ exit: 1 });
    expect(failed.stderr).toContain('CPUS');
    google.endings.clear();
    const again = await run('deploy');
    expect(again.exit).not.toBe(0);
    expect(again.stderr).toContain('bytechat gke delete');
    expect(again.stderr).toContain('Nothing was changed');
    await good('gke', 'delete', '--yes');
    expect(held()).toHaveLength(1);
    expect(await ask(await good('deploy'))).toBe('one');
  });

  test('killed while the cluster is being made: the next run waits for the same one', async () => {
    const { begun, run, calls, good } = begin();
    google.polls = 30;
    const first = begun(['deploy']);
    await first.said('creating the cluster');
    expect((await run('status')).stdout).toMatch(/Deploying +\S+@\S+, at ready, for/);
    first.kill('SIGKILL');
    await first.ended;
    google.polls = 3;
    const second = await run('deploy');
    expect(second, second.stderr).toMatchObject({ exit: 0 });
    expect(second.stderr).toContain('The last deploy was cut off');
    expect(calls().filter(({ method }) => method === 'createCluster')).toHaveLength(1);
    expect(await ask(await good('deploy'))).toBe('one');
  });

  test('two at once, of two people, make one cluster and one release', async () => {
    const { project, begun, calls } = begin();
    const other = `${project}-other`;
    await cp(project, other, { recursive: true });
    onTestFinished(() => rm(other, { recursive: true, force: true }));
    const args = ['deploy', '--lock-wait', '2m'];
    const ran = await Promise.all([begun(args).ended, begun(args, other).ended]);
    for (const each of ran) expect(each, each.stderr).toMatchObject({ exit: 0 });
    expect(calls().filter(({ method, status }) => method === 'createCluster' && status === 'OK')).toHaveLength(1);
    for (const each of ran) expect(await ask(each.stdout.trim())).toBe('one');
    await begun(['destroy', '--yes'], other).ended;
  });

  test('Google gone for a while, while the cluster is being made: it is waited for', async () => {
    const { begun } = begin();
    google.polls = 8;
    const running = begun(['deploy']);
    await running.said('creating the cluster');
    await google.pause();
    await running.said('; try 2 of');
    await google.resume();
    const ran = await running.ended;
    google.polls = 3;
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    expect(await ask(ran.stdout.trim())).toBe('one');
  });

  test('all that is wrong with a project is told at once, before anything is made', async () => {
    const { run, id, held, project } = begin();
    const found = google.projects.get(id);
    if (found) found.billing = false;
    const ran = await run('deploy');
    expect(ran).toMatchObject({ exit: expect.any(Number) });
    expect(ran.exit).not.toBe(0);
    expect(ran.stderr).toContain(`https://console.cloud.google.com/billing/linkedaccount?project=${id}`);
    expect(held()).toEqual([]);
    const other = await start(project, ['deploy', '--target', 'gcp'], { GOOGLE_CLOUD_PROJECT: 'no-such-project' })
      .ended;
    expect(other).toMatchObject({ exit: 2, stderr: expect.stringContaining('There is no project no-such-project') });
    if (found) found.billing = true;
  });

  test('is three lines in a program', async () => {
    const { project, id, held } = begin({ apis: APIS_OF_NEW });
    const pipeline = new Pipeline(project, { gcpProjectId: id });
    expect(await pipeline.validateDeploymentPrerequisites()).toMatchObject({ ok: true, target: 'gcp' });
    const report = await pipeline.deployToGcpContainers();
    expect(report, JSON.stringify(report.problems)).toMatchObject({ ok: true, changed: true });
    expect(await ask(report.serving?.url ?? '')).toBe('one');
    expect((await pipeline.listClusters()).data).toMatchObject({ clusters: [{ name: 'bytechat', ours: true }] });
    expect(await pipeline.createCluster()).toMatchObject({ ok: true, changed: false });
    const { result = '' } = await pipeline.pushToRegistry();
    expect(result).toMatch(new RegExp(`/${id}/bytechat/.+@sha256:[0-9a-f]{64}$`));
    const gone = await pipeline.deleteCluster();
    expect(gone.steps.at(-1)?.detail).toMatch(/^the images in us-central1\/bytechat/);
    expect(held()).toHaveLength(1);
    const built = await pipeline.dockerBuild('little');
    expect(built).toMatchObject({ ok: true, result: expect.stringMatching(/^little:[0-9a-f]{12}$/) });
    await docker('image', 'rm', built.result ?? '');
  });

  test('the chat, from an empty folder: two people write to each other through the relay at Google', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bytechat-gcp-'));
    const id = `chat-${randomBytes(4).toString('hex')}`;
    google.addProject(id, { apis: APIS_OF_NEW });
    const run = (...args: string[]): Promise<Ran> => start(folder, [...args, '--target', 'gcp', '--project', id]).ended;
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await run('destroy', '--data', '--yes');
      await rm(folder, { recursive: true, force: true });
    });
    const ran = await run('deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    const [alice, bob] = [await newPerson(browser), await newPerson(browser)];
    await startRoom(alice, ran.stdout.trim(), { roomId: 'harbour', name: 'alice' });
    await joinRoom(bob, await alice.invitation(), 'bob');
    await alice.meets('bob');
    await alice.say('the rosehips are red');
    await bob.sees('the rosehips are red');
    await bob.say('and sour');
    await alice.sees('and sour');
    expect([...alice.frames, ...bob.frames].filter(frame => frame.includes('rosehips'))).toEqual([]);
    expect([...alice.faults, ...bob.faults]).toEqual([]);
  });
});
