import { resolve } from 'node:path';
import type { TerraformFact } from '../core/facts/terraform.ts';
import { BytechatError } from '../core/problem.ts';
import type { Config, Gcp } from './config.ts';

/** What is said beside `bytechat terraform`. */
export interface TerraformOptions {
  readonly dir?: string | undefined;
  readonly varFile?: readonly string[] | undefined;
  readonly var?: readonly string[] | undefined;
  readonly backendConfig?: readonly string[] | undefined;
  readonly reveal?: boolean | undefined;
}

const NONE: Gcp['terraform'] = { varFiles: [], backend: {} };

/**
 * The config for the folder and the variables that were chosen. Paths start from the project. What the file says of the
 * folder that makes the cluster counts for whoever names no other.
 */
export const chooseTerraform = (config: Config, options: TerraformOptions): Config => {
  const { varFile = [], var: vars = [], reveal, backendConfig } = options;
  for (const each of vars) if (!/^[A-Za-z_][\w-]*=/.test(each)) throw new BytechatError(noVariable(each));
  const own = config.gcp.infrastructure === 'terraform' ? config.gcp.terraform : NONE;
  const { dir = own.dir } = options;
  const said = options.dir === undefined ? own : NONE;
  return Object.freeze({
    ...config,
    terraform: Object.freeze({
      ...(dir !== undefined && { dir: resolve(config.root, dir) }),
      varFiles: [...said.varFiles, ...varFile].map(file => resolve(config.root, file)),
      vars,
      backend: backendConfig ?? Object.entries(said.backend).map(([key, value]) => `${key}=${value}`),
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

/** The folder that makes cluster and repository, and what the file says of it. */
export const ofInfrastructure = (config: Config): Config => chooseTerraform(config, {});

/** Whether that is the folder. */
const makesCluster = (config: Config, dir: string): boolean => {
  const { infrastructure, terraform } = config.gcp;
  if (infrastructure !== 'terraform') return false;
  const folders = terraform.dir === undefined ? terraformFolders(config) : [terraform.dir];
  return folders.some(folder => resolve(config.root, folder) === dir);
};

/**
 * What the file says of cluster and repository, as `name=value`, of the variables that the folder has. So both ways make the
 * same cluster, and whoever calls Terraform by hand is told nothing else.
 */
export const variablesOf = (config: Config, { dir, variables }: Pick<TerraformFact, 'dir' | 'variables'>): string[] => {
  if (!makesCluster(config, dir)) return [];
  return Object.entries(wantedOf(config))
    .filter(([name, value]) => value !== undefined && variables.includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
};

const wantedOf = ({ gcp, kubernetes, app }: Config) => {
  const { name, mode, channel, machine, spot, disk, nodes } = gcp.cluster;
  return {
    project_id: gcp.project,
    region: gcp.region,
    zone: gcp.zone,
    name,
    repository: gcp.repository,
    autopilot: mode === 'autopilot',
    channel,
    nodes: { machine_type: machine, spot, disk_gb: disk, ...nodes },
    namespace: kubernetes.namespace,
    port: app.container.port,
  };
};

/** Where the folder is, and what its variables are: what every call of Terraform is told. */
export const terraformRequest = (config: Config, folder: TerraformFact) => {
  const { varFiles = [], vars: said = [], backend = [] } = config.terraform ?? {};
  const vars = [...variablesOf(config, folder), ...said];
  return {
    dir: folder.dir,
    root: config.root,
    ...(varFiles.length > 0 && { varFiles }),
    ...(vars.length > 0 && { vars }),
    ...(backend.length > 0 && { backend }),
  };
};
