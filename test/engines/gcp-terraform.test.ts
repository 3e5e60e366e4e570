import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { writeApp } from '../contract/app.ts';
import { type Ran, type Running, start } from '../contract/bytechat.ts';
import { imageProject } from '../contract/image-project.ts';
import { ask } from '../contract/load.ts';
import { type Storage, startStorage } from '../stand-in/storage/storage.ts';
import { type StandIn, startStandIn } from '../stand-in/terraform/provider.ts';
import { withoutCluster } from '../support/cluster.ts';
import { APIS_OF_NEW, type Google, startGoogle } from '../support/google.ts';
import { repository } from '../support/sources.ts';
import { terraform, withoutTerraform } from '../support/terraform.ts';

interface Given {
  /** Those that are on in the project. Default: all. */
  readonly apis?: readonly string[];
  /** The state lies in the bucket of the templates. Default: beside the configuration. */
  readonly remote?: boolean;
}

/** Docker, registry, cluster and Terraform are real; Google and its provider are one stand-in. */
describe
  .skipIf(withoutCluster || withoutTerraform)
  .concurrent('a cluster that Terraform makes', { timeout: 600_000 }, () => {
    let google: Google;
    let provider: StandIn;
    let storage: Storage;
    let next = 7900 + (process.pid % 40) * 10;

    beforeAll(async () => {
      google = await startGoogle({ registry: process.env.BYTECHAT_TEST_OPEN_REGISTRY ?? '' });
      provider = await startStandIn(google);
      storage = await startStorage();
      Object.assign(process.env, google.env, provider.env, {
        GOOGLE_OAUTH_ACCESS_TOKEN: 'a-token-of-nobody',
        GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: storage.endpoint,
      });
    });
    afterAll(async () => {
      delete process.env.TF_REATTACH_PROVIDERS;
      provider.close();
      storage.close();
      await google.stop();
    });

    /** An empty project of Google Cloud, and a folder with an app and our templates. */
    const begin = (more = 'infrastructure: terraform', { apis, remote = false }: Given = {}) => {
      next += 10;
      const id = `demo-${randomBytes(4).toString('hex')}`;
      google.addProject(id, apis && { apis });
      const made = imageProject('gcp', name => configFor(name, more));
      const { project } = made;
      cpSync(join(repository, 'templates/terraform'), join(project, 'terraform'), { recursive: true });
      const folder = join(project, 'terraform/envs/production');
      if (!remote) writeFileSync(join(folder, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
      writeApp(`${project}/app`, { text: 'one' });
      const say = (...lines: string[]): void =>
        writeFileSync(join(folder, 'terraform.tfvars'), ['deletion_protection = false', ...lines, ''].join('\n'));
      say();
      const begun = (args: readonly string[]): Running =>
        start(project, [...args, '--target', 'gcp'], { GOOGLE_CLOUD_PROJECT: id });
      const run = (...args: string[]): Promise<Ran> => begun(args).ended;
      const good = async (...args: string[]): Promise<string> => {
        const ran = await run(...args);
        expect(ran, ran.stderr).toMatchObject({ exit: 0 });
        return ran.stdout.trim();
      };
      const configure = (gcp: string): void =>
        writeFileSync(
          join(project, 'bytechat.yaml'),
          readFileSync(join(project, 'bytechat.yaml'), 'utf8').replace(/^gcp: .*$/m, `gcp: { ${gcp} }`),
        );
      onTestFinished(async () => {
        await run('destroy', '--data', '--yes');
        await rm(project, { recursive: true, force: true });
      });
      const mine = ({ request }: { readonly request: unknown }): boolean => JSON.stringify(request).includes(id);
      return {
        ...made,
        id,
        folder,
        begun,
        run,
        good,
        say,
        configure,
        changing: () => google.calls.filter(call => call.isMutating && mine(call)).map(({ method }) => method),
        asked: () => provider.asked.filter(each => each.id.includes(id)),
        held: () => [...google.clusters.keys(), ...google.repositories.keys()].filter(name => name.includes(`/${id}/`)),
        described: async () => JSON.parse(await good('gke', 'describe', '--json')).cluster as Record<string, unknown>,
      };
    };

    const configFor = (name: string, more: string): string => `app:
  name: ${name}
  image: {}
  container: { stateless: true }
  port: ${next}-${next + 9}
  drain: 5
  health: [{ http: /healthz }]
kubernetes: { cpu: 10m, memory: 128Mi }
gcp: { ${more} }
`;

    test('takes an empty project to an app that serves, does nothing the second time, and leaves it empty', async () => {
      const { good, run, held, changing, asked, project, id } = begin(
        'infrastructure: terraform, terraform: { backend: { bucket: acme-terraform } }',
        { apis: APIS_OF_NEW, remote: true },
      );
      const url = await good('deploy');
      expect(await ask(url)).toBe('one');
      expect(held()).toHaveLength(2);
      expect([...storage.objects.keys()]).toEqual(['acme-terraform/bytechat/production/default.tfstate']);
      expect(asked().filter(({ type }) => type === 'google_container_cluster')).toHaveLength(1);

      const before = [changing(), asked()];
      expect(await good('deploy')).toBe(url);
      expect([changing(), asked()]).toEqual(before);
      const byHand = await start(project, ['terraform', 'plan', '--detailed-exitcode'], { GOOGLE_CLOUD_PROJECT: id })
        .ended;
      expect(byHand, byHand.stderr).toMatchObject({ exit: 0 });

      const ended = await run('destroy', '--data', '--yes');
      expect(ended, ended.stderr).toMatchObject({ exit: 0 });
      expect(held()).toEqual([]);
      expect(await run('destroy', '--data', '--yes')).toMatchObject({ exit: 0 });
    });

    const sameIn = ({
      created: _created,
      endpoint: _endpoint,
      ca: _ca,
      location,
      ...rest
    }: Record<string, unknown>) => ({
      location,
      ...rest,
    });

    test.for(['mode: autopilot', 'mode: standard, nodes: { max: 2 }, machine: e2-small, channel: stable'])(
      'both ways end in the same cluster: %s',
      async shape => {
        const [one, other] = [
          begin(`infrastructure: terraform, cluster: { ${shape} }`),
          begin(`cluster: { ${shape} }`),
        ];
        await Promise.all([one.good('deploy'), other.good('gke', 'create')]);
        expect(sameIn(await one.described())).toEqual(sameIn(await other.described()));
      },
    );

    test('a change in the file is a change of the cluster, told before it is made', async () => {
      const { good, run, configure, described } = begin();
      await good('deploy');
      configure('infrastructure: terraform, cluster: { channel: rapid }');
      const plan = await run('plan');
      expect(plan.stdout + plan.stderr).toContain('module.environment.module.gke.google_container_cluster.this');
      expect(await described()).toMatchObject({ channel: 'regular' });
      await good('deploy');
      expect(await described()).toMatchObject({ channel: 'rapid', status: 'RUNNING' });
    });

    test.for(['autopilot', 'standard'])(
      'from direct to Terraform and back (%s): the cluster stays, and the app in it serves',
      async mode => {
        const shape = `cluster: { mode: ${mode} }`;
        const { good, run, configure, say, changing, asked, folder } = begin(shape);
        const url = await good('deploy');
        const before = changing();
        configure(`infrastructure: terraform, ${shape}`);
        const refused = await run('deploy');
        expect(refused.exit).not.toBe(0);
        expect(refused.stderr).toContain('is there, and Terraform does not know it');
        expect(refused.stderr.replace(/\s+/g, ' ')).toContain(
          'write adopted = true into terraform/envs/production/terraform.tfvars',
        );
        expect(changing()).toEqual(before);

        say('adopted = true');
        expect(await good('deploy')).toBe(url);
        expect(await ask(url)).toBe('one');
        expect(terraform(folder, 'state', 'list')).toContain('module.gke.google_container_cluster.this');
        expect(changing().slice(before.length)).toEqual([]);
        const already = asked();
        expect(await good('deploy')).toBe(url);
        expect(asked()).toEqual(already);

        terraform(folder, 'state', 'rm', 'module.environment.module.gke', 'module.environment.module.registry');
        configure(shape);
        expect(await good('deploy')).toBe(url);
        expect(changing().slice(before.length)).toEqual([]);
      },
    );

    test('what Terraform makes nobody else changes', async () => {
      const { run, good } = begin();
      await good('deploy');
      for (const args of [
        ['gke', 'create'],
        ['gke', 'update'],
        ['gke', 'delete', '--yes'],
      ]) {
        const ran = await run(...args);
        expect(ran.exit).toBe(2);
        expect(ran.stderr).toContain('gcp.infrastructure is terraform');
      }
    });

    test('a folder that makes another cluster is told, and not applied for ever', async () => {
      const { run, folder } = begin();
      const file = join(folder, 'main.tf');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('name            = var.name', 'name            = "elsewhere"'));
      const ran = await run('deploy');
      expect(ran.exit).not.toBe(0);
      expect(ran.stderr).toContain('terraform/envs/production was applied, and has not made it');
    });

    test('killed while the cluster is being made: Terraform ends it, and the next run goes on from there', async () => {
      const { begun, good, changing, id } = begin();
      const gate = Promise.withResolvers<void>();
      const begins = Promise.withResolvers<void>();
      provider.held.set('google_container_cluster', gate.promise);
      provider.onAsked = each => each.type === 'google_container_cluster' && each.id.includes(id) && begins.resolve();
      const running = begun(['deploy']);
      await begins.promise;
      running.kill('SIGKILL');
      await running.ended;
      const next = begun(['deploy']);
      await next.said('who holds the lock of this state');
      provider.held.clear();
      gate.resolve();
      expect(await next.ended).toMatchObject({ exit: 0 });
      expect(await ask(await good('deploy'))).toBe('one');
      expect(changing().filter(method => method === 'createCluster')).toHaveLength(1);
    });

    test('without the folder, and without Terraform, it says what to do before anything is made', async () => {
      const { run, project, held } = begin();
      await rm(join(project, 'terraform'), { recursive: true });
      const ran = await run('deploy');
      expect(ran.exit).not.toBe(0);
      expect(ran.stderr).toContain('This project has no Terraform configuration');
      expect(ran.stderr).toMatch(/cp -r \S+templates\/terraform terraform/);
      expect(held()).toEqual([]);
    });
  });
