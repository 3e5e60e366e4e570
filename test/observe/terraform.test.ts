import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sensitiveIn } from '../../src/observe/terraform.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';
import { repository } from '../support/sources.ts';
import { follow, withoutTerraform } from '../support/terraform.ts';

const SITE = {
  'site/index.html': 'hello',
  'bytechat.yaml': 'app: { name: demo, files: site, command: [node, server.js] }\n',
};

const found = async (root: string) => {
  const { problems } = await follow(root).pipeline.validateDeploymentPrerequisites();
  return problems.filter(
    ({ code, where, message }) => /terraform/i.test(`${code} ${where?.file} ${message}`) || code === 'not-formatted',
  );
};

describe.skipIf(withoutTerraform)('validate', { timeout: 60_000 }, () => {
  test('names every file that is not formatted, and what is not valid, at its place', async () => {
    const root = folderWith({
      ...SITE,
      'terraform/main.tf': 'resource "terraform_data" "a" {\n  inptu = 1\n}\n',
      'terraform/ugly.tf': 'output "x" {\nvalue=1\n}\n',
      'terraform/.terraform/keep': '',
    });
    expect(await found(root)).toMatchObject([
      { code: 'not-formatted', where: { file: 'terraform/ugly.tf' }, fix: 'terraform fmt -recursive terraform' },
      { code: 'unknown-key', where: { file: 'terraform/main.tf', line: 2, column: 3 } },
    ]);
  });

  test('what cannot be read is told with the line', async () => {
    const root = folderWith({ ...SITE, 'terraform/envs/a/main.tf': 'resource "terraform_data" "a" {\n' });
    expect(await found(root)).toMatchObject([
      {
        code: 'invalid-value',
        message: 'Unclosed configuration block',
        where: { file: 'terraform/envs/a/main.tf', line: 1 },
      },
    ]);
  });

  test('what is not set up is not fetched: it says so, as a warning', async () => {
    const root = folderWith(SITE);
    cpSync(join(repository, 'templates/terraform'), join(root, 'terraform'), { recursive: true });
    const problems = await found(root);
    expect(problems.map(({ level, fix }) => [level, fix])).toEqual(
      ['bootstrap', 'envs/production', 'envs/staging'].map(folder => [
        'warning',
        `bytechat terraform init --dir terraform/${folder}`,
      ]),
    );
  });

  test('finds nothing in a folder that is as it should be, and looks at none where there is none', async () => {
    const root = temporaryFolder();
    writeFiles(root, {
      ...SITE,
      'terraform/main.tf': 'resource "terraform_data" "a" {\n}\n',
      'terraform/.terraform/keep': '',
    });
    expect(await found(root)).toEqual([]);
    expect(await found(folderWith(SITE))).toEqual([]);
  });
});

test.skipIf(withoutTerraform)('a state without a bucket is told before Terraform asks Google for one', async () => {
  const GCS = 'terraform {\n  backend "gcs" {\n    prefix = "demo"\n  }\n}\n';
  const { pipeline } = follow(folderWith({ ...SITE, 'terraform/main.tf': GCS }));
  await expect(pipeline.run('terraform init', {})).rejects.toThrow(
    'Nobody has said which bucket keeps the state of terraform',
  );
  const local = {
    ...SITE,
    'terraform/main.tf': GCS,
    'terraform/a_override.tf': 'terraform {\n  backend "local" {}\n}\n',
  };
  expect(await follow(folderWith(local)).pipeline.run('terraform init', {})).toMatchObject({ ok: true });
});

test('sensitive variables are known by what they are declared as', () => {
  const text = `variable "a" {\n  type      = string\n  sensitive = true\n}\nvariable "b" {\n  description = "not sensitive = true"\n}\nvariable "c" { sensitive = true }\n`;
  expect(sensitiveIn(text)).toEqual(['a', 'c']);
});
