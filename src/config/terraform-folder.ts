import { basename, relative } from 'node:path';
import type { TerraformFact } from '../core/facts/terraform.ts';
import type { Problem } from '../core/problem.ts';
import type { Config } from './config.ts';

/** The folder as people in the project call it. */
export const shownFolder = ({ root }: Pick<Config, 'root'>, { dir }: Pick<TerraformFact, 'dir'>): string => {
  const short = relative(root, dir);
  if (short === '') return basename(dir);
  return short.startsWith('..') ? dir : short;
};

/** The lowest whose `init` tells what it does as JSON. */
const LOWEST = [1, 9] as const;

/** Why nothing can be done with it. */
export const folderProblems = (config: Config, fact: TerraformFact): Problem[] => {
  const { version, exists, dir: folder, looked, sensitive } = fact;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const install = 'install it: https://developer.hashicorp.com/terraform/install';
  if (version === '') return [{ code: 'tool-missing', message: 'terraform is not installed', fix: install }];
  if (major < LOWEST[0] || (major === LOWEST[0] && minor < LOWEST[1]))
    return [{ code: 'tool-missing', message: `Terraform ${version} is older than ${LOWEST.join('.')}`, fix: install }];
  if (!exists) return [folder === '' ? noFolder(looked) : emptyFolder(shownFolder(config, fact))];
  const { vars = [], backend = [] } = config.terraform ?? {};
  const named = vars.map(each => each.slice(0, each.indexOf('=')));
  const isOpen = fact.asksBucket && !backend.some(each => each.startsWith('bucket=') || !each.includes('='));
  return [
    ...named.filter(name => sensitive.includes(name)).map(inTheOpen),
    ...openly(backend),
    ...(isOpen ? [noBucket(shownFolder(config, fact))] : []),
  ];
};

const noFolder = (looked: readonly string[]): Problem => ({
  code: 'missing-file',
  message: 'This project has no Terraform configuration',
  because: `there is no .tf file in ${looked.join(', ')}`,
  fix: 'name its folder: --dir <folder>',
});

const emptyFolder = (name: string): Problem => ({
  code: 'missing-file',
  message: `There is no Terraform configuration in ${name}`,
  because: 'it is not there, or has no .tf file',
  fix: 'correct --dir',
});

const noBucket = (name: string): Problem => ({
  code: 'missing-value',
  message: `Nobody has said which bucket keeps the state of ${name}`,
  because: 'its backend "gcs" leaves that open',
  fix: 'bytechat terraform init --backend-config bucket=<name>, or gcp.terraform.backend: { bucket: <name> } with infrastructure: terraform; docs/terraform.md says how one is made',
});

const inTheOpen = (name: string): Problem => ({
  code: 'usage',
  message: `The variable ${name} is sensitive, and --var shows it to everybody on this machine`,
  fix: `export TF_VAR_${name} in the environment instead`,
});

/** What a backend must not be told where everybody can read it. */
const SECRET =
  /^(access_token|credentials|encryption_key|password|secret_key|token|access_key|sas_token|client_secret)=/;

const openly = (backend: readonly string[]): Problem[] =>
  backend
    .filter(each => SECRET.test(each))
    .map(each => ({
      code: 'usage',
      message: `${each.slice(0, each.indexOf('='))} is a secret, and --backend-config shows it to everybody on this machine`,
      fix: 'say it in the environment (GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_CREDENTIALS …), or in a file: --backend-config <file>',
    }));
