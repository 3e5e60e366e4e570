import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exitCodeOf, problemsOfReport, type Report } from '../../src/core/report.ts';
import { start } from '../contract/bytechat.ts';
import { forbidden, type StandIn, startStandIn } from '../stand-in/terraform/provider.ts';
import { schema } from '../stand-in/terraform/schema.ts';
import { temporaryFolder } from '../support/folder.ts';
import { repository } from '../support/sources.ts';
import { follow, type TerraformProject, terraform, withoutTerraform } from '../support/terraform.ts';

let google: StandIn;
beforeEach(async () => {
  google = await startStandIn();
  process.env.TF_REATTACH_PROVIDERS = google.env.TF_REATTACH_PROVIDERS;
});
afterEach(() => {
  delete process.env.TF_REATTACH_PROVIDERS;
  google.close();
});

const VARS = ['project_id=acme-chat', 'alert_email=ops@example.org', 'billing_account=012345-6789AB-CDEF01'];
/** With which production has all that there is. */
const ALL = [...VARS, 'autopilot=false'];

/** Our templates in a project of somebody's, with a local state. */
const project = (environment = 'staging'): TerraformProject & { readonly dir: string } => {
  const root = temporaryFolder();
  cpSync(join(repository, 'templates/terraform'), join(root, 'terraform'), { recursive: true });
  const dir = join(root, 'terraform/envs', environment);
  writeFileSync(join(dir, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
  return { root, dir, ...follow(root) };
};

const problemOf = (report: Report) => problemsOfReport(report)[0];
const detailOf = ({ steps }: Report, id: string) => steps.find(step => step.id === id)?.detail;
const types = (): Set<string> => new Set([...google.objects.keys()].map(id => id.split('/')[2] ?? ''));

describe.skipIf(withoutTerraform)('our templates', { timeout: 120_000 }, () => {
  test('every resource is made, changed, replaced and deleted', async () => {
    const { dir, pipeline, lines } = project();
    const given = { dir, var: VARS };
    const made = await pipeline.terraformApply(given);
    expect(made, JSON.stringify(made.steps)).toMatchObject({ ok: true });
    expect(lines()).toContain('module.environment.module.gke.google_container_cluster.this: created (0 s)');
    const count = google.objects.size;
    expect(detailOf(made, 'apply')).toBe(`${count} created`);

    const outputs = (await pipeline.terraformOutput({ dir })).data as { outputs: { name: string; value: unknown }[] };
    expect(Object.fromEntries(outputs.outputs.map(({ name, value }) => [name, value]))).toMatchObject({
      cluster_name: 'bytechat',
      cluster_location: 'us-central1-b',
      image_repository: 'us-central1-docker.pkg.dev/acme-chat/bytechat',
    });
    const before = google.asked.length;
    expect(await pipeline.terraformApply(given)).toMatchObject({ ok: true, changed: false });
    expect(google.asked.length).toBe(before);

    const larger = { dir, var: [...VARS, 'nodes={max=4}'] };
    expect(detailOf(await pipeline.terraformApply(larger), 'apply')).toBe('1 changed');
    expect(google.asked.at(-1)).toMatchObject({ what: 'update', type: 'google_container_node_pool' });

    const elsewhere = { dir, var: [...larger.var, 'zone=us-central1-c'] };
    const refused = await pipeline.terraformApply(elsewhere);
    expect(problemOf(refused)).toMatchObject({ code: 'not-confirmed' });
    expect(problemOf(refused)?.lines).toContain(
      '± replace  module.environment.module.gke.google_container_cluster.this, because it cannot be changed in place',
    );
    expect(await pipeline.terraformApply({ ...elsewhere, acceptDeletes: true })).toMatchObject({ ok: true });

    expect(await pipeline.terraformDestroy(elsewhere)).toMatchObject({ ok: true });
    expect([...google.objects.keys()]).toEqual([]);
  });

  test('production has all that there is, and its cluster is not deleted by a slip', async () => {
    const { dir, pipeline } = project('production');
    withNat(dir);
    expect(await pipeline.terraformApply({ dir, var: ALL })).toMatchObject({ ok: true });
    const all = Object.keys(schema.resources).filter(type => type !== 'google_storage_bucket');
    expect([...types()].sort()).toEqual(all.sort());
    const before = [...types()];
    const report = await pipeline.terraformDestroy({ dir, var: ALL });
    expect(exitCodeOf(report)).toBe(2);
    expect(problemOf(report)).toMatchObject({
      code: 'not-confirmed',
      message: 'A resource is protected from deletion. Nothing was deleted',
      lines: ['module.environment.module.gke.google_container_cluster.this'],
    });
    expect([...types()]).toEqual(before);
    const open = { dir, var: [...ALL, 'deletion_protection=false'] };
    expect(await pipeline.terraformApply(open)).toMatchObject({ ok: true });
    expect(await pipeline.terraformDestroy(open)).toMatchObject({ ok: true });
    expect([...types()]).toEqual([]);
  });

  test('a refusal of Google is told with address and place; what was made is kept, and the next run goes on', async () => {
    const { dir, pipeline } = project();
    google.refused.set('google_container_cluster', forbidden('Cluster'));
    const report = await pipeline.terraformApply({ dir, var: VARS });
    expect(exitCodeOf(report)).toBe(3);
    expect(problemOf(report)).toMatchObject({
      code: 'no-permission',
      message: expect.stringMatching(
        /^module\.environment\.module\.gke\.google_container_cluster\.this: Error creating Cluster: .*403/,
      ),
      where: { file: 'terraform/modules/gke/main.tf', line: 7 },
      fix: 'ask its administrator for the role that it names',
    });
    const made = google.objects.size;
    expect(made).toBeGreaterThan(5);
    google.refused.clear();
    expect(await pipeline.terraformApply({ dir, var: VARS })).toMatchObject({ ok: true });
    expect(google.asked.filter(({ what }) => what === 'delete')).toEqual([]);
    expect(google.objects.size).toBeGreaterThan(made);
  });

  test.for(Object.keys(schema.resources).filter(type => type !== 'google_storage_bucket'))(
    'a refusal of %s is told as its own',
    async type => {
      const { dir, pipeline } = project('production');
      withNat(dir);
      google.refused.set(type, forbidden('it'));
      const report = await pipeline.terraformApply({ dir, var: ALL });
      const problems = problemsOfReport(report);
      expect(problems.length).toBeGreaterThan(0);
      for (const { code, message } of problems) {
        expect(code).toBe('no-permission');
        expect(message).toContain(`${type}.`);
      }
    },
  );

  test('what somebody has deleted or changed elsewhere is told as drift, and put right', async () => {
    const { dir, pipeline, lines } = project();
    await pipeline.terraformApply({ dir, var: VARS });
    const idOf = (type: string) => [...google.objects.keys()].find(id => id.includes(`/${type}/`)) ?? '';
    google.objects.delete(idOf('google_compute_firewall'));
    const pool = idOf('google_artifact_registry_repository');
    google.objects.set(pool, { ...google.objects.get(pool), description: 'changed by hand' });
    const plan = await pipeline.terraformPlan({ dir, var: VARS });
    expect(lines()).toEqual(
      expect.arrayContaining([
        'drift: module.environment.module.network[0].google_compute_firewall.load_balancers is gone, and not by Terraform',
        'drift: module.environment.module.registry.google_artifact_registry_repository.this was changed, and not by Terraform',
      ]),
    );
    expect(detailOf(plan, 'plan')).toBe('1 to create, 1 to change');
    expect(await pipeline.terraformApply({ dir, var: VARS })).toMatchObject({ ok: true });
    expect(google.objects.get(pool)?.description).toBe('Images of bytechat');
  });

  test('what exists is taken into the state instead of being made again', async () => {
    const { dir, pipeline } = project();
    await pipeline.terraformApply({ dir, var: VARS });
    const address = 'module.environment.module.network[0].google_compute_network.this';
    terraform(dir, 'state', 'rm', address);
    const id = [...google.objects.keys()].find(each => each.includes('/google_compute_network/')) ?? '';
    const imported = await pipeline.run('terraform import', { dir, var: VARS, address, id });
    expect(imported, JSON.stringify(imported.steps)).toMatchObject({ ok: true });
    expect(detailOf(await pipeline.terraformPlan({ dir, var: VARS }), 'plan')).toBe('nothing to do');
    const missing = await pipeline.run('terraform import', {
      dir,
      var: VARS,
      address: address.replace('network.this', 'network.x'),
      id,
    });
    expect(missing.ok).toBe(false);
  });
});

const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
};

const withNat = (dir: string): void =>
  edit(
    join(dir, 'main.tf'),
    '  budget          = var.budget',
    '  budget          = var.budget\n  nat             = true',
  );

/** The cluster is being made until it is let go. */
const hold = (): { readonly begun: Promise<void>; readonly go: () => void } => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  google.held.set('google_container_cluster', gate.promise);
  google.onAsked = ({ type }) => type === 'google_container_cluster' && begun.resolve();
  onTestFinished(() => gate.resolve());
  return { begun: begun.promise, go: gate.resolve };
};

describe.skipIf(withoutTerraform)('in the middle of an apply', { timeout: 120_000 }, () => {
  const apply = (root: string, dir: string) =>
    start(root, ['terraform', 'apply', '--dir', dir, ...VARS.flatMap(each => ['--var', each])], google.env);

  test('one Ctrl-C waits for what is being made, keeps it in the state, gives the lock back, and ends with 130', async () => {
    const { root, dir, pipeline } = project();
    const { begun, go } = hold();
    const running = apply(root, dir);
    await begun;
    running.kill('SIGINT');
    await running.said('Stopping in order');
    go();
    const ran = await running.ended;
    expect(ran.exit, ran.stderr).toBe(130);
    expect(terraform(dir, 'state', 'list')).toContain('google_container_cluster.this');
    expect(types()).not.toContain('google_container_node_pool');
    expect(await pipeline.terraformApply({ dir, var: VARS })).toMatchObject({ ok: true });
    expect(google.asked.filter(({ type }) => type === 'google_container_cluster').map(({ what }) => what)).toEqual([
      'create',
    ]);
  });

  test('bytechat killed: Terraform goes on to its end, and the next run finds nothing to do', async () => {
    const { root, dir, pipeline } = project();
    const { begun, go } = hold();
    const running = apply(root, dir);
    await begun;
    running.kill('SIGKILL');
    await running.ended;
    go();
    // It waits for the lock of the state that the other one still holds.
    const again = await pipeline.terraformApply({ dir, var: VARS });
    expect(again).toMatchObject({ ok: true, changed: false });
    expect(types()).toContain('google_container_node_pool');
  });
});
