import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../stand-in/terraform/provider.ts';
import { schema } from '../stand-in/terraform/schema.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Finding, findingsIn, type PlannedResource } from '../support/policy.ts';
import { repository } from '../support/sources.ts';
import { withoutTerraform } from '../support/terraform.ts';

const templates = join(repository, 'templates/terraform');
const ROOTS = ['envs/production', 'envs/staging', 'bootstrap'];
const files = readdirSync(templates, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.(tf|hcl)$/.test(file) && !file.includes('.terraform/'))
  .sort();
const read = (file: string): string => readFileSync(join(templates, file), 'utf8');
const modules = files.filter(file => file.endsWith('.tf')).map(file => ({ file, text: read(file) }));

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

/** A copy of all templates, so that nothing that Terraform writes meets the sources. */
const copy = (): string => {
  const folder = temporaryFolder();
  cpSync(templates, folder, { recursive: true });
  return folder;
};

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not synchronously: the provider answers from this process. */
const terraform = async (dir: string, ...args: string[]): Promise<Ran> => {
  const env = {
    ...process.env,
    ...standIn.env,
    TF_CLI_CONFIG_FILE: '',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
  };
  const child = spawn('terraform', [`-chdir=${dir}`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [exit]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'close'),
  ]);
  return { exit: exit as number, stdout: stdout.join(''), stderr: stderr.join('') };
};

const initialized = async (root: string): Promise<string> => {
  const dir = join(copy(), root);
  const init = await terraform(dir, 'init', '-backend=false', '-input=false', '-no-color');
  expect(init.exit, init.stderr).toBe(0);
  return dir;
};

interface Module {
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly Module[];
}

const resourcesIn = ({ resources = [], child_modules = [] }: Module): PlannedResource[] => [
  ...resources,
  ...child_modules.flatMap(resourcesIn),
];

/** What a root module would make, as Terraform itself has worked it out. */
const plannedIn = async (root: string, ...vars: string[]): Promise<PlannedResource[]> => {
  const dir = await initialized(root);
  writeFileSync(join(dir, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
  expect(await terraform(dir, 'init', '-input=false')).toMatchObject({ exit: 0 });
  const given = ['project_id=acme-chat', ...vars].map(each => `-var=${each}`);
  const plan = await terraform(dir, 'plan', '-input=false', '-no-color', '-out=p', ...given);
  expect(plan.exit, plan.stderr).toBe(0);
  const shown = JSON.parse((await terraform(dir, 'show', '-json', 'p')).stdout) as {
    planned_values: { root_module: Module };
  };
  return resourcesIn(shown.planned_values.root_module);
};

describe.skipIf(withoutTerraform)('templates/terraform', { timeout: 120_000 }, () => {
  test('is formatted', async () => {
    expect(await terraform(templates, 'fmt', '-check', '-recursive')).toMatchObject({ exit: 0, stdout: '' });
  });

  test.for(ROOTS)('%s is valid, by the schema of the provider', async root => {
    const { stdout } = await terraform(await initialized(root), 'validate', '-json');
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, diagnostics: [] });
  });

  test('a misspelled argument is not: the schema is the real one', async () => {
    const folder = copy();
    const file = join(folder, 'modules/gke/main.tf');
    writeFileSync(file, readFileSync(file, 'utf8').replace('release_channel', 'release_chanel'));
    await terraform(join(folder, 'envs/production'), 'init', '-backend=false');
    const { stdout } = await terraform(join(folder, 'envs/production'), 'validate', '-json');
    expect(JSON.parse(stdout).diagnostics[0].detail).toContain('Did you mean "release_channel"');
  });

  test('init leaves the committed lock files as they are', async () => {
    for (const root of ROOTS)
      expect(readFileSync(join(await initialized(root), '.terraform.lock.hcl'), 'utf8')).toBe(
        read(`${root}/.terraform.lock.hcl`),
      );
  });

  const tested = [...new Set(files.filter(file => file.endsWith('.tftest.hcl')).map(file => dirname(dirname(file))))];
  test.for(tested)('the tests of %s pass', async root => {
    const { exit, stdout, stderr } = await terraform(await initialized(root), 'test', '-no-color');
    expect(exit, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/[1-9]\d* passed, 0 failed/);
  });
});

describe('what is written in templates/terraform', () => {
  test('every module wants the same versions', () => {
    const wanted = modules.flatMap(({ text }) =>
      [...text.matchAll(/^ {6}version = "(.*)"/gm)].map(([, version]) => version),
    );
    expect(wanted.length).toBeGreaterThan(10);
    expect(new Set(wanted)).toEqual(new Set(['>= 6.50, < 8']));
  });

  test('the lock files are the same, name a provider that is wanted, and its packages by their hashes', () => {
    const [first, ...others] = ROOTS.map(root => read(`${root}/.terraform.lock.hcl`));
    for (const other of others) expect(other).toBe(first);
    expect(first).toContain(`version     = "${schema.version}"`);
    expect(first?.match(/"zh:[0-9a-f]{64}"/g)).toHaveLength(12);
  });

  test('nothing of Kubernetes, which is deployed and not provisioned', () => {
    for (const { text } of modules) expect(text).not.toMatch(/"(kubernetes|helm)_|provider "(kubernetes|helm)"/);
  });

  test('every resource of a module is one of the schema that the tests know', () => {
    const types = modules.flatMap(({ text }) => [...text.matchAll(/^resource "(\w+)"/gm)].map(([, type = '']) => type));
    expect(new Set(types)).toEqual(new Set(Object.keys(schema.resources)));
  });
});

describe.skipIf(withoutTerraform)('policy', { timeout: 120_000 }, () => {
  /** What is explained where: `policy:<rule>` in the file that has the resource. */
  const explained = modules.flatMap(({ file, text }) =>
    [...text.matchAll(/# policy:([a-z-]+) \S/g)].map(([, rule]) => `${rule} ${basename(dirname(file))}`),
  );
  const moduleOf = ({ rule, address }: Finding): string =>
    `${rule} ${address.match(/.*module\.(\w+)/)?.[1] ?? 'bootstrap'}`;

  test('every finding is explained beside its line, and nothing is explained that is none', async () => {
    const all = await Promise.all([
      plannedIn('envs/production', 'alert_email=ops@example.org', 'billing_account=012345-6789AB-CDEF01'),
      plannedIn('envs/staging'),
      plannedIn('bootstrap', 'bucket=acme-chat-terraform'),
    ]);
    const resources = all.flat().filter(({ type }) => type in schema.resources);
    expect(new Set(resources.map(({ type }) => type)).size).toBeGreaterThan(13);
    const findings = findingsIn(resources).map(moduleOf);
    expect([...new Set(findings)].sort()).toEqual([...new Set(explained)].sort());
  });

  test('production is protected, staging is not', async () => {
    const protection = async (root: string) =>
      (await plannedIn(root)).find(({ type }) => type === 'google_container_cluster')?.values.deletion_protection;
    expect(await Promise.all([protection('envs/production'), protection('envs/staging')])).toEqual([true, false]);
  });

  test('finds what it is there for', () => {
    const cluster = {
      address: 'c',
      type: 'google_container_cluster',
      values: { enable_legacy_abac: true, resource_labels: {} },
    };
    const member = {
      address: 'm',
      type: 'google_project_iam_member',
      values: { role: 'roles/editor', member: 'allUsers' },
    };
    const firewall = { address: 'f', type: 'google_compute_firewall', values: { source_ranges: ['0.0.0.0/0'] } };
    const rules = findingsIn([cluster, member, firewall]).map(({ rule, address }) => `${address} ${rule}`);
    expect(rules).toEqual(
      expect.arrayContaining([
        'c public-nodes',
        'c legacy-abac',
        'c labels',
        'c deletion-protection',
        'm broad-role',
        'm everybody',
        'f open-firewall',
      ]),
    );
  });
});
