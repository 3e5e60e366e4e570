import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { terraform as client } from '../../src/clients/terraform.ts';
import { call } from '../../src/core/action.ts';
import type { BytechatError } from '../../src/core/problem.ts';
import { type Listener, problemsOfReport } from '../../src/core/report.ts';
import { createProcessRunner } from '../../src/engine/process-runner.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { envSecrets } from '../../src/engine/secrets.ts';
import { start } from '../contract/bytechat.ts';
import { type Storage, startStorage } from '../stand-in/storage/storage.ts';
import { terraformProject, withoutTerraform } from '../support/terraform.ts';

let storage: Storage;
beforeEach(async () => {
  storage = await startStorage();
  process.env.GOOGLE_OAUTH_ACCESS_TOKEN = 'a-token-of-nobody';
});
afterEach(() => {
  delete process.env.GOOGLE_OAUTH_ACCESS_TOKEN;
  storage.close();
});

const MAIN = `
terraform {
  backend "gcs" {
    prefix = "production"
  }
}
resource "terraform_data" "first" {
}
`;
const SLOW = `
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" {
    command = "echo it begins; until test -e go; do sleep 0.05; done"
  }
}
`;
const STATE = 'acme-state/production/default.tfstate';
const LOCK = 'acme-state/production/default.tflock';

const initialized = async (files: Readonly<Record<string, string>>, onEvent: Listener = () => {}) => {
  const project = terraformProject(files, onEvent);
  const backendConfig = ['bucket=acme-state', `storage_custom_endpoint=${storage.endpoint}`];
  expect(await project.pipeline.run('terraform init', { backendConfig })).toMatchObject({ ok: true });
  return project;
};

const HOLDER = {
  ID: '',
  Operation: 'OperationTypeApply',
  Info: '',
  Who: 'mira@atlas',
  Version: '1.11.4',
  Created: '2026-11-27T08:15:00.123456Z',
  Path: '',
};

describe.skipIf(withoutTerraform)('a state in a bucket', { timeout: 120_000 }, () => {
  test('is written there, its lock given back, and its place told', async () => {
    const { events, pipeline } = await initialized({ 'main.tf': MAIN });
    expect(await pipeline.terraformApply()).toMatchObject({ ok: true });
    expect([...storage.objects.keys()]).toEqual([STATE]);
    expect(events.findLast(event => event.type === 'start')?.context).toContain('state gcs acme-state/production');
    expect(await pipeline.terraformDestroy()).toMatchObject({ ok: true });
    expect(JSON.parse(storage.objects.get(STATE)?.body.toString() ?? '').resources).toEqual([]);
  });

  test('that somebody else has locked is waited for, and it is told at once for whom', async () => {
    const { pipeline, lines } = await initialized({ 'main.tf': MAIN }, event => {
      if (event.type === 'output' && event.line.startsWith('waiting for')) storage.objects.delete(LOCK);
    });
    storage.put(LOCK, JSON.stringify(HOLDER));
    expect(await pipeline.terraformApply()).toMatchObject({ ok: true });
    const waiting = lines().filter(line => line.startsWith('waiting for'));
    expect(waiting).toEqual([expect.stringMatching(/mira@atlas, who holds the lock of this state since 2026-11-27/)]);
  });

  test('and who never gives it back is named, with how it is unlocked', async () => {
    const { root } = await initialized({ 'main.tf': MAIN });
    const generation = storage.put(LOCK, JSON.stringify(HOLDER));
    const secrets = envSecrets({}, createRedactor());
    const runner = createProcessRunner(secrets, createRedactor());
    const plan = call('terraform', 'plan', { dir: join(root, 'terraform'), root, wait: 1 });
    const { problem } = await client(plan, { runner }).then(
      () => Promise.reject(new Error('it has planned')),
      (error: BytechatError) => error,
    );
    expect(problem).toMatchObject({
      code: 'locked',
      message: expect.stringMatching(/^mira@atlas holds the lock of this state, since 2026-11-27/),
      because: expect.stringContaining('apply has not given it back'),
      fix: `wait for it; only when that run is dead: terraform -chdir=terraform force-unlock ${generation}`,
    });
    // What is told as the way out is one.
    // Not synchronously: the storage answers from this process.
    await promisify(execFile)('terraform', [
      `-chdir=${join(root, 'terraform')}`,
      'force-unlock',
      '-force',
      String(generation),
    ]);
    expect(storage.objects.has(LOCK)).toBe(false);
  });

  test('whose lock is lost in the middle of an apply is written, and the run says that it was', async () => {
    const { root } = await initialized({ 'main.tf': MAIN, 'slow.tf': SLOW });
    const running = start(root, ['terraform', 'apply']);
    await running.said('it begins');
    expect(storage.objects.has(LOCK)).toBe(true);
    storage.put(LOCK, JSON.stringify({ ...HOLDER, Who: 'otto@babel' }));
    go(root);
    const ran = await running.ended;
    expect(ran.exit, ran.stderr).toBe(1);
    expect(ran.stderr).toContain('lock-lost');
    // The lock is the other one's now.
    expect(storage.objects.get(LOCK)?.body.toString()).toContain('otto@babel');
    expect(storage.objects.get(STATE)?.body.toString()).toContain('"slow"');
  });

  test('one Ctrl-C in the middle: what was made is in the state, and the lock is given back', async () => {
    const { root, pipeline } = await initialized({ 'main.tf': MAIN, 'slow.tf': SLOW });
    const running = start(root, ['terraform', 'apply']);
    await running.said('it begins');
    running.kill('SIGINT');
    const ran = await running.ended;
    expect(ran.exit, ran.stderr).toBe(130);
    expect([...storage.objects.keys()]).toEqual([STATE]);
    expect(storage.objects.get(STATE)?.body.toString()).toContain('"first"');
    go(root);
    const again = await pipeline.terraformApply();
    expect(again, JSON.stringify(again.steps)).toMatchObject({ ok: true });
  });
});

const go = (root: string): void => writeFileSync(join(root, 'terraform/go'), '');

describe.skipIf(withoutTerraform)('a module of somebody else', { timeout: 60_000 }, () => {
  test('is set up from where it is, and its errors are told at their place', async () => {
    const { root, pipeline, lines } = terraformProject({
      'main.tf':
        'module "theirs" {\n  source = "./vendor/theirs"\n  size   = 2\n}\noutput "made" {\n  value = module.theirs.made\n}\n',
      'vendor/theirs/main.tf':
        'variable "size" {\n  type = number\n}\nresource "terraform_data" "part" {\n  count = var.size\n  lifecycle {\n    precondition {\n      condition     = var.size < 5\n      error_message = "too many"\n    }\n  }\n}\noutput "made" {\n  value = length(terraform_data.part)\n}\n',
    });
    expect(await pipeline.terraformApply()).toMatchObject({ ok: true });
    expect(lines()).toContain('module.theirs.terraform_data.part[1]: created (0 s)');
    expect((await pipeline.terraformOutput({ name: 'made' })).data).toMatchObject({ outputs: [{ value: 2 }] });
    writeFileSync(
      join(root, 'terraform/main.tf'),
      readFileSync(join(root, 'terraform/main.tf'), 'utf8').replace('2', '5'),
    );
    expect(problemsOfReport(await pipeline.terraformPlan())[0]).toMatchObject({
      message: expect.stringContaining('Resource precondition failed'),
      because: 'too many',
      where: { file: 'terraform/vendor/theirs/main.tf', line: 8 },
    });
  });
});
