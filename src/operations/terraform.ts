import { resolve } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { chooseTerraform } from '../config/terraform.ts';
import { folderProblems, shownFolder } from '../config/terraform-folder.ts';
import { type Facts, need } from '../core/fact.ts';
import { type TerraformFact, terraform, terraformOutputs, terraformState } from '../core/facts/terraform.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { importObject, initFolder, showPlan, terraformSteps } from '../steps/terraform.ts';
import type { Decision } from '../targets/target.ts';
import { change, question } from './operation.ts';

const dir = z
  .string()
  .min(1)
  .optional()
  .describe('the folder; by default terraform/envs/<environment or production>, or terraform');
const varFile = z.array(z.string().min(1)).optional().describe('a file with values of variables; may be repeated');
const variables = z
  .array(z.string().min(1))
  .optional()
  .describe('name=value of a variable; may be repeated; a secret as TF_VAR_<name> instead');
const VARIABLES = { dir, varFile, var: variables } as const;

const PARTS = { group: 'Parts', target: 'local', appless: true, checks: 'none', configure: chooseTerraform } as const;

/** The folder, which must be one. */
const folderIn = (config: Config, facts: Facts): TerraformFact => {
  const fact = need(terraform, facts);
  const problems = folderProblems(config, fact);
  if (problems.length > 0) throw new BytechatError(problems);
  return fact;
};

/** What people are told of the surroundings: an apply in the wrong place is worse than none. */
const aboutFolder = (config: Config, facts: Facts): Pick<Decision, 'app' | 'context'> => {
  const fact = folderIn(config, facts);
  const { workspace, backend, version } = fact;
  return {
    app: shownFolder(config, fact),
    context: [`workspace ${workspace}`, ...(backend === '' ? [] : [`state ${backend}`]), `terraform ${version}`],
  };
};

export const init = change({
  ...PARTS,
  summary: 'set up the providers, modules and backend of a Terraform folder',
  options: z.strictObject({
    dir,
    backendConfig: z
      .array(z.string().min(1))
      .optional()
      .describe('key=value or a file, for what its backend leaves open; may be repeated'),
  }),
  examples: [
    ['bytechat terraform init', 'of the project'],
    ['bytechat terraform init --dir infra --backend-config b.hcl', 'any folder'],
  ],
  locks: true,
  facts: () => [terraform.name],
  plan: (config, facts) => ({
    ...aboutFolder(config, facts),
    steps: initFolder(config, need(terraform, facts)),
  }),
});

export const plan = change({
  ...PARTS,
  summary: 'show what apply would create, change and delete, and what has drifted',
  options: z.strictObject({
    ...VARIABLES,
    out: z.string().min(1).optional().describe('save it for terraform apply --plan; it holds values in clear'),
  }),
  examples: [
    ['bytechat terraform plan', 'of the project'],
    ['bytechat terraform plan --out p.tfplan', 'for apply --plan p.tfplan'],
    ['bytechat terraform plan --detailed-exitcode', '0: nothing to do, 2: changes'],
  ],
  locks: false,
  facts: () => [terraform.name],
  plan(config, facts, { out }) {
    const file = out === undefined ? undefined : resolve(config.root, out);
    return {
      ...aboutFolder(config, facts),
      steps: showPlan(config, facts, file),
      ...(out !== undefined && { next: [`bytechat terraform apply --plan ${out}`] }),
    };
  },
});

export const apply = change({
  ...PARTS,
  summary: 'bring what is there to what a Terraform folder says',
  options: z.strictObject({
    ...VARIABLES,
    plan: z.string().min(1).optional().describe('apply exactly what terraform plan --out has saved'),
    acceptDeletes: z.boolean().default(false).describe('go on although something is deleted or replaced'),
  }),
  examples: [
    ['bytechat terraform apply', 'plans, and applies that plan'],
    ['bytechat terraform apply --plan p.tfplan', 'what was reviewed'],
    ['TF_VAR_token=… bytechat terraform apply', 'with a secret'],
  ],
  locks: true,
  facts: () => [terraform.name],
  plan(config, facts, { plan: saved, acceptDeletes, var: vars = [], varFile: files = [] }) {
    if (saved !== undefined && vars.length + files.length > 0) throw new BytechatError(planIsPlan(saved));
    const file = saved === undefined ? undefined : resolve(config.root, saved);
    const about = aboutFolder(config, facts);
    return { ...about, steps: terraformSteps(config, facts, { plan: file, acceptDeletes }) };
  },
});

const planIsPlan = (saved: string): Problem => ({
  code: 'usage',
  message: `${saved} holds its variables: none can be said beside it`,
  fix: 'leave --var and --var-file out, or make a new plan with them',
});

export const destroy = change({
  ...PARTS,
  summary: 'delete everything that a Terraform folder has made',
  options: z.strictObject(VARIABLES),
  examples: [
    ['bytechat terraform destroy', 'asks for the name of the folder'],
    ['bytechat terraform destroy --dir infra --yes', 'without a question'],
  ],
  locks: true,
  facts: () => [terraform.name, terraformState.name],
  plan(config, facts) {
    const about = aboutFolder(config, facts);
    const isEmpty = need(terraformState, facts)?.length === 0;
    return { ...about, steps: isEmpty ? [] : terraformSteps(config, facts, { destroy: true }) };
  },
  confirm(config, facts) {
    const word = shownFolder(config, need(terraform, facts)).split('/').at(-1) ?? '';
    return { word, question: `Type ${word} to delete all of it` };
  },
});

export const importing = change({
  ...PARTS,
  summary: 'take something that exists into the state, so that Terraform manages it',
  options: z.strictObject({
    ...VARIABLES,
    address: z.string().min(1).optional().describe('the resource in the configuration: google_compute_network.this'),
    id: z.string().min(1).optional().describe('what the provider knows it by: projects/p/global/networks/n'),
  }),
  examples: [['bytechat terraform import --address x_net.a --id net-1', 'see docs/terraform.md']],
  locks: true,
  facts: () => [terraform.name],
  plan(config, facts, { address, id }) {
    if (address === undefined || id === undefined) throw new BytechatError(WHICH);
    return { ...aboutFolder(config, facts), steps: importObject(config, facts, { address, id }) };
  },
});

const WHICH: Problem = {
  code: 'usage',
  message: 'Nobody knows what is to be imported, and as what',
  fix: '--address <resource in the configuration> --id <what the provider knows it by>',
};

export const output = question({
  ...PARTS,
  summary: 'the outputs of a Terraform folder; sensitive ones are masked',
  options: z.strictObject({
    dir,
    name: z.string().min(1).optional().describe('only this one, its value alone'),
    reveal: z.boolean().default(false).describe('show sensitive ones in clear'),
  }),
  examples: [
    ['bytechat terraform output --json', 'for programs'],
    ['bytechat terraform output --name cluster_name', 'its value alone'],
  ],
  facts: () => [terraform.name, terraformOutputs.name],
  answer(config, facts, { name, reveal }) {
    const folder = shownFolder(config, folderIn(config, facts));
    const all = need(terraformOutputs, facts);
    const outputs = name === undefined ? all : all.filter(each => each.name === name);
    if (name !== undefined && outputs.length === 0) throw new BytechatError(noOutput(name, all));
    return { ok: true, data: { folder, ...(name !== undefined && { name }), reveal, outputs } };
  },
});

const noOutput = (name: string, all: readonly { readonly name: string }[]): Problem => ({
  code: 'usage',
  message: `There is no output ${name}`,
  allowed: all.map(each => each.name),
  fix: all.length === 0 ? 'bytechat terraform apply writes the outputs into the state' : 'correct --name',
});
