import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, problemsOfReport, type Report } from '../../src/core/report.ts';
import { start } from '../contract/bytechat.ts';
import { terraform, terraformProject, withoutTerraform } from '../support/terraform.ts';

/** Nothing but what is built into Terraform, so that no provider is needed. */
const TWO = `
variable "text" {
  type    = string
  default = "one"
}
resource "terraform_data" "first" {
  input            = var.text
  triggers_replace = [var.text == "replaced"]
}
resource "terraform_data" "second" {
  input = terraform_data.first.output
}
output "text" {
  value = terraform_data.second.output
}
`;

const problemOf = (report: Report) => problemsOfReport(report)[0];
const stepsOf = ({ steps }: Report) =>
  Object.fromEntries(steps.map(({ id, status, detail }) => [id, [status, detail]]));
const state = (root: string): string[] => terraform(join(root, 'terraform'), 'state', 'list').split('\n');

describe.skipIf(withoutTerraform)('terraform apply', { timeout: 60_000 }, () => {
  test('plans, applies that plan a resource at a time, and does nothing the second time', async () => {
    const { root, pipeline, lines } = terraformProject({ 'main.tf': TWO });
    const report = await pipeline.terraformApply();
    expect(report).toMatchObject({ ok: true, changed: true, app: 'terraform' });
    expect(stepsOf(report)).toMatchObject({ plan: ['done', '2 to create'], apply: ['done', '2 created'] });
    expect(lines()).toEqual([
      '+ create   terraform_data.first',
      '+ create   terraform_data.second',
      'terraform_data.first: creating',
      'terraform_data.first: created (0 s)',
      'terraform_data.second: creating',
      'terraform_data.second: created (0 s)',
    ]);
    const before = readFileSync(join(root, 'terraform/terraform.tfstate'), 'utf8');
    const again = await pipeline.terraformApply();
    expect(again).toMatchObject({ ok: true, changed: false });
    expect(stepsOf(again)).toMatchObject({
      plan: ['unchanged', 'nothing to do'],
      apply: ['unchanged', 'nothing to do'],
    });
    expect(readFileSync(join(root, 'terraform/terraform.tfstate'), 'utf8')).toBe(before);
  });

  test('leaves no plan behind, whether it was applied, empty, or failed', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    const kept = (): string[] => readdirSync(join(root, '.bytechat/terraform'));
    await pipeline.terraformApply();
    expect(kept()).toEqual([]);
    await pipeline.terraformApply();
    expect(kept()).toEqual([]);
    writeFileSync(join(root, 'terraform/bad.tf'), FAILS);
    expect(await pipeline.terraformApply()).toMatchObject({ ok: false });
    expect(kept()).toEqual([]);
    expect(statSync(join(root, '.bytechat/terraform')).mode & 0o777).toBe(0o700);
  });

  test('replaces and deletes nothing that nobody has read about', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    await pipeline.terraformApply();
    const before = readFileSync(join(root, 'terraform/terraform.tfstate'), 'utf8');
    const refused = await pipeline.terraformApply({ var: ['text=replaced'] });
    expect(exitCodeOf(refused)).toBe(2);
    expect(problemOf(refused)).toMatchObject({
      code: 'not-confirmed',
      message: 'The plan deletes or replaces a resource. Nothing was changed',
      lines: ['± replace  terraform_data.first, because it cannot be changed in place'],
    });
    expect(readFileSync(join(root, 'terraform/terraform.tfstate'), 'utf8')).toBe(before);
    const accepted = await pipeline.terraformApply({ var: ['text=replaced'], acceptDeletes: true });
    expect(stepsOf(accepted)).toMatchObject({ apply: ['done', '1 created, 1 changed, 1 deleted'] });
  });

  test('variables come from --var, from files and from the environment', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    const text = async () => (await pipeline.terraformOutput({ name: 'text' })).data;
    writeFileSync(join(root, 'some.tfvars'), 'text = "from a file"\n');
    await pipeline.terraformApply({ varFile: ['some.tfvars'] });
    expect(await text()).toMatchObject({ outputs: [{ value: 'from a file' }] });
    await pipeline.terraformApply({ var: ['text=a=b, c'] });
    expect(await text()).toMatchObject({ outputs: [{ value: 'a=b, c' }] });
    const ran = await start(root, ['terraform', 'apply'], { TF_VAR_text: 'from the environment' }).ended;
    expect(ran.exit, ran.stderr).toBe(0);
    expect(await text()).toMatchObject({ outputs: [{ value: 'from the environment' }] });
  });
});

const FAILS = `
resource "terraform_data" "bad" {
  provisioner "local-exec" {
    command = "echo the reason; exit 3"
  }
}
`;

describe.skipIf(withoutTerraform)('a saved plan', { timeout: 60_000 }, () => {
  test('is applied exactly as it was read, and only once', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    const planned = await pipeline.terraformPlan({ out: 'p.tfplan', var: ['text=planned'] });
    expect(planned).toMatchObject({ ok: true, next: ['bytechat terraform apply --plan p.tfplan'] });
    expect(statSync(join(root, 'p.tfplan')).mode & 0o777).toBe(0o600);
    // What the configuration says by now does not count.
    writeFileSync(join(root, 'terraform/more.tf'), 'resource "terraform_data" "third" {}\n');
    expect(await pipeline.terraformApply({ plan: 'p.tfplan' })).toMatchObject({ ok: true });
    expect(state(root)).toEqual(['terraform_data.first', 'terraform_data.second']);
    expect((await pipeline.terraformOutput()).data).toMatchObject({ outputs: [{ name: 'text', value: 'planned' }] });

    const stale = await pipeline.terraformApply({ plan: 'p.tfplan' });
    expect(exitCodeOf(stale)).toBe(2);
    expect(problemOf(stale)).toMatchObject({ code: 'facts-moved', message: 'Saved plan is stale' });
    expect(problemOf(stale)?.fix).toBe('bytechat terraform plan --out <file> --dir terraform');
  });

  test('that is none is refused, and variables beside one too', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    writeFileSync(join(root, 'p.tfplan'), 'no plan');
    expect(problemOf(await pipeline.terraformApply({ plan: 'p.tfplan' }))).toMatchObject({ code: 'bad-plan' });
    expect(problemOf(await pipeline.terraformApply({ plan: 'missing' }))).toMatchObject({ code: 'bad-plan' });
    await expect(pipeline.terraformApply({ plan: 'p.tfplan', var: ['text=x'] })).rejects.toMatchObject({
      problem: { code: 'usage' },
    });
  });
});

describe.skipIf(withoutTerraform)('terraform plan', { timeout: 60_000 }, () => {
  test('changes nothing, and its exit code says whether there is anything when asked', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    const plan = (...args: string[]) => start(root, ['terraform', 'plan', ...args]).ended;
    const first = await plan();
    expect(first).toMatchObject({
      exit: 0,
      stdout: '+ create   terraform_data.first\n+ create   terraform_data.second\n',
    });
    expect((await plan('--detailed-exitcode')).exit).toBe(2);
    expect(existsSync(join(root, 'terraform/terraform.tfstate'))).toBe(false);
    await pipeline.terraformApply();
    const nothing = await plan('--detailed-exitcode');
    expect(nothing.exit).toBe(0);
    expect(nothing.stderr).toContain('Nothing to do: what is there is as it is wanted');
    expect((await plan('--detailed-exitcode', '--var', 'text=two')).exit).toBe(2);
  });

  test('a change of outputs alone is a change', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    await pipeline.terraformApply();
    writeFileSync(join(root, 'terraform/more.tf'), 'output "more" {\n  value = 1\n}\n');
    expect(stepsOf(await pipeline.terraformPlan())).toMatchObject({ plan: ['done', 'only outputs change'] });
    expect(await pipeline.terraformApply()).toMatchObject({ ok: true, changed: true });
  });

  test('a failed check is a warning, with its place', async () => {
    const check =
      'check "cost" {\n  assert {\n    condition     = var.text == "cheap"\n    error_message = "too dear"\n  }\n}\n';
    const { pipeline, lines } = terraformProject({ 'main.tf': TWO, 'check.tf': check });
    expect(await pipeline.terraformPlan()).toMatchObject({ ok: true });
    expect(lines()).toContain('warning: Check block assertion failed: too dear (check.tf:3)');
  });
});

describe.skipIf(withoutTerraform)('what is wrong in a configuration', { timeout: 60_000 }, () => {
  test('is told with file, line, column and the line itself, all of it at once', async () => {
    const bad =
      'resource "terraform_data" "a" {\n  inptu = 1\n}\nresource "terraform_data" "b" {\n  input = var.nope\n}\n';
    const { pipeline } = terraformProject({ 'main.tf': bad });
    const report = await pipeline.terraformApply();
    expect(exitCodeOf(report)).toBe(2);
    expect(problemsOfReport(report)).toMatchObject([
      {
        code: 'unknown-key',
        message: 'Unsupported argument',
        where: {
          file: 'terraform/main.tf',
          line: 2,
          column: 3,
          length: 5,
          excerpt: [{ line: 2, text: '  inptu = 1' }],
        },
      },
      {
        code: 'invalid-value',
        message: 'Reference to undeclared input variable',
        where: { file: 'terraform/main.tf', line: 5, column: 11, length: 8 },
      },
    ]);
  });

  test('of an unclosed block, a missing variable and a bad value', async () => {
    const problems = async (text: string, vars: string[] = []) => {
      const { pipeline } = terraformProject({ 'main.tf': text });
      return problemsOfReport(await pipeline.terraformPlan({ var: vars }));
    };
    expect(await problems('resource "terraform_data" "x" {\n')).toMatchObject([
      { code: 'invalid-value', message: 'Unclosed configuration block', where: { line: 1 } },
    ]);
    expect(await problems('variable "must" {}\n')).toMatchObject([
      { code: 'missing-value', message: 'No value for required variable', where: { line: 1 } },
    ]);
    const positive =
      'variable "n" {\n  type = number\n  validation {\n    condition     = var.n > 0\n    error_message = "n is too small"\n  }\n}\n';
    expect(await problems(positive, ['n=0'])).toMatchObject([
      { code: 'invalid-value', because: expect.stringContaining('n is too small') },
    ]);
    expect(await problems(TWO, ['nope=1'])).toMatchObject([{ code: 'missing-value' }]);
  });

  test('a provider that nobody can fetch here is said as that', async () => {
    const { root, pipeline } = terraformProject({
      'main.tf':
        'terraform {\n  required_providers {\n    x = {\n      source = "registry.invalid/acme/x"\n    }\n  }\n}\n',
    });
    const report = await pipeline.terraformPlan();
    expect(problemOf(report)).toMatchObject({ code: 'command-failed', fix: expect.stringContaining('registry') });
    expect(stepsOf(report)).toMatchObject({ init: ['failed', undefined], plan: ['pending', undefined] });
    expect(existsSync(join(root, 'terraform/terraform.tfstate'))).toBe(false);
  });
});

describe.skipIf(withoutTerraform)('a resource that fails', { timeout: 60_000 }, () => {
  test('is told with its address and its place; the rest is kept, and the next run goes on', async () => {
    const { root, pipeline, lines } = terraformProject({ 'main.tf': `${TWO}${FAILS}` });
    const report = await pipeline.terraformApply();
    expect(exitCodeOf(report)).toBe(1);
    expect(problemOf(report)).toMatchObject({
      code: 'resource-failed',
      message: 'terraform_data.bad: local-exec provisioner error',
      where: { file: 'terraform/main.tf', line: 18 },
      because: expect.stringContaining('exit status 3. Output: the reason'),
      reproduce: expect.stringContaining('terraform -chdir='),
    });
    expect(lines()).toContain('terraform_data.bad: failed (0 s)');
    expect(state(root)).toContain('terraform_data.second');
    writeFileSync(join(root, 'terraform/main.tf'), `${TWO}${FAILS.replace('exit 3', 'exit 0')}`);
    const again = await pipeline.terraformApply();
    expect(stepsOf(again)).toMatchObject({
      plan: ['done', '1 to create, 1 to delete'],
      apply: ['done', expect.anything()],
    });
    expect(lines()).toContain('± replace  terraform_data.bad, because it was left half-made');
  });
});

describe.skipIf(withoutTerraform)('terraform destroy', { timeout: 60_000 }, () => {
  test('wants a typed name or --yes, deletes all of it, and then has nothing to do', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    await pipeline.terraformApply();
    const run = (...args: string[]) => start(root, ['terraform', 'destroy', ...args]).ended;
    const refused = await run();
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('not-confirmed');
    expect(state(root)).toHaveLength(2);
    const plan = await pipeline.plan('terraform destroy');
    expect(plan.steps.flatMap(({ changes }) => changes)).toEqual([
      { action: 'delete', what: 'terraform_data.first' },
      { action: 'delete', what: 'terraform_data.second' },
    ]);
    expect(await run('--yes')).toMatchObject({ exit: 0 });
    expect(state(root)).toEqual(['']);
    const nothing = await run();
    expect(nothing).toMatchObject({ exit: 0 });
    expect(nothing.stderr).toContain('Nothing to delete: the state is empty');
  });
});

describe.skipIf(withoutTerraform)('secrets', { timeout: 60_000 }, () => {
  const SECRET = 'correct-horse-battery';
  const secretly = `
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "login" {
  input = var.password
  provisioner "local-exec" {
    command = "echo the password is $P; printf %s $P | base64; exit 1"
    environment = { P = nonsensitive(var.password) }
  }
}
output "password" {
  value     = var.password
  sensitive = true
}
`;

  test('come by the environment, and nothing that is told or kept has one', async () => {
    const { root } = terraformProject({ 'main.tf': secretly });
    const env = { TF_VAR_password: SECRET };
    const plan = await start(root, ['terraform', 'plan', '--json'], env).ended;
    const apply = await start(root, ['terraform', 'apply', '--json'], env).ended;
    const text = await start(root, ['terraform', 'apply'], env).ended;
    expect([plan.exit, apply.exit, text.exit]).toEqual([0, 1, 1]);
    expect(apply.stdout).toContain('the password is [redacted]');
    const kept = readdirSync(join(root, '.bytechat'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const all = [plan, apply, text]
      .flatMap(({ stdout, stderr }) => [stdout, stderr])
      .concat(kept)
      .join('\n');
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 24));
  });

  test('in outputs are masked until somebody asks for them', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': secretly.replace('exit 1', 'exit 0') });
    await start(root, ['terraform', 'apply'], { TF_VAR_password: SECRET }).ended;
    const output = (...args: string[]) => start(root, ['terraform', 'output', ...args]).ended;
    expect((await output()).stdout).toBe('password  (sensitive: --reveal shows it)\n');
    expect((await output('--json')).stdout).not.toContain(SECRET);
    expect((await output('--name', 'password', '--reveal')).stdout).toBe(`${SECRET}\n`);
    expect((await pipeline.terraformOutput()).data).toMatchObject({ outputs: [{ name: 'password', value: null }] });
    expect((await pipeline.terraformOutput({ reveal: true })).data).toMatchObject({ outputs: [{ value: SECRET }] });
    expect(await output('--name', 'nope')).toMatchObject({ exit: 2, stdout: '' });
  });

  test('are not taken from the command line', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': secretly });
    await expect(pipeline.terraformPlan({ var: [`password=${SECRET}`] })).rejects.toMatchObject({
      problem: { code: 'usage', fix: 'export TF_VAR_password in the environment instead' },
    });
    const init = await start(root, ['terraform', 'init', '--backend-config', `access_token=${SECRET}`]).ended;
    expect(init.exit).toBe(2);
    expect(init.stderr).not.toContain(SECRET);
  });
});

describe.skipIf(withoutTerraform)('terraform import', { timeout: 60_000 }, () => {
  test('takes what exists into the state, once; another object under the address is refused', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': 'resource "terraform_data" "x" {\n}\n' });
    const take = (id: string, address = 'terraform_data.x') => pipeline.run('terraform import', { address, id });
    expect(await take('one')).toMatchObject({ ok: true, changed: true });
    expect(state(root)).toEqual(['terraform_data.x']);
    expect(await take('one')).toMatchObject({ ok: true, changed: false });
    expect(problemOf(await take('two'))).toMatchObject({
      code: 'name-taken',
      message: 'terraform_data.x is another object already',
    });
    const unknown = problemOf(await take('one', 'terraform_data.nope'));
    expect(unknown?.message).toContain('terraform_data.nope');
    expect(unknown?.message).toContain('does not exist in the configuration');
  });
});

describe.skipIf(withoutTerraform)('the folder', { timeout: 60_000 }, () => {
  test('is that of the project, of its environment, or any that is named', async () => {
    const { root, pipeline } = terraformProject({ 'main.tf': TWO });
    const appOf = async (dir?: string) => (await pipeline.terraformPlan({ dir })).app;
    expect(await appOf()).toBe('terraform');
    const { root: other } = terraformProject({ 'envs/production/main.tf': TWO, 'main.tf': TWO });
    expect((await start(other, ['terraform', 'plan', '--json']).ended).stdout).toContain('"terraform/envs/production"');
    expect(await appOf(join(other, 'terraform'))).toBe(join(other, 'terraform'));
    rmSync(join(root, 'terraform'), { recursive: true });
    await expect(pipeline.terraformPlan()).rejects.toMatchObject({
      problem: { code: 'missing-file', because: expect.stringContaining('terraform/envs/production, terraform') },
    });
    await expect(pipeline.terraformPlan({ dir: 'nowhere' })).rejects.toMatchObject({
      problem: { code: 'missing-file' },
    });
  });

  test('its state, its workspace and the program are told before anything runs', async () => {
    const { events, pipeline } = terraformProject({
      'main.tf': `terraform {\n  backend "local" {\n    path = "kept/here.tfstate"\n  }\n}\n${TWO}`,
    });
    await pipeline.run('terraform init');
    await pipeline.terraformPlan();
    const starts = events.filter(event => event.type === 'start');
    expect(starts.at(-1)).toMatchObject({
      context: ['workspace default', 'state local kept/here.tfstate', expect.stringMatching(/^terraform \d/)],
    });
    expect(starts.at(-1)?.steps.map(({ id }) => id)).toEqual(['plan']);
  });

  test('that was initialized for less is initialized again by itself', async () => {
    const { root, pipeline, lines } = terraformProject({
      'main.tf': 'module "a" {\n  source = "./a"\n}\n',
      'a/main.tf': 'resource "terraform_data" "x" {\n}\n',
    });
    await pipeline.run('terraform init');
    writeFileSync(join(root, 'terraform/b.tf'), 'module "b" {\n  source = "./a"\n}\n');
    expect(stepsOf(await pipeline.terraformPlan())).toMatchObject({ plan: ['done', '2 to create'] });
    expect(lines()).toContain('providers, modules or backend are not those of the configuration: terraform init');
  });
});
