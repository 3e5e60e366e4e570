import { resolve } from 'node:path';
import { BytechatError } from '../core/problem.ts';
import type { Config } from './config.ts';

/** What is said beside `bytechat terraform`. */
export interface TerraformOptions {
  readonly dir?: string | undefined;
  readonly varFile?: readonly string[] | undefined;
  readonly var?: readonly string[] | undefined;
  readonly reveal?: boolean | undefined;
}

/** The config for the folder and the variables that were chosen. Paths start from the project. */
export const chooseTerraform = (
  config: Config,
  { dir, varFile = [], var: vars = [], reveal }: TerraformOptions,
): Config => {
  for (const each of vars) if (!/^[A-Za-z_][\w-]*=/.test(each)) throw new BytechatError(noVariable(each));
  return Object.freeze({
    ...config,
    terraform: Object.freeze({
      ...(dir !== undefined && { dir: resolve(config.root, dir) }),
      varFiles: varFile.map(file => resolve(config.root, file)),
      vars,
      reveal: reveal ?? false,
    }),
  });
};

const noVariable = (text: string) => ({
  code: 'usage' as const,
  message: `"${text}" is not a variable`,
  fix: '--var name=value, once for each',
});

/** The folders of the project in which one is looked for when none is named, the first first. */
export const terraformFolders = ({ environment = 'production' }: Pick<Config, 'environment'>): readonly string[] => [
  `terraform/envs/${environment}`,
  'terraform',
  `templates/terraform/envs/${environment}`,
];
