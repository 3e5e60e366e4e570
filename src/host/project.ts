import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import type { Config } from '../config/config.ts';
import type { Loaded } from '../config/load.ts';
import type { Origins } from '../config/origin.ts';
import { DEFAULT_FILE, type Overrides, resolveConfig } from '../config/resolve.ts';
import { projectId } from '../config/schema/gcp.ts';
import { Settings } from '../config/schema.ts';
import { BytechatError } from '../core/problem.ts';
import type { TargetName } from '../core/target.ts';
import { readIfThere } from '../engine/files.ts';
import { home } from './package.ts';

/** Where the user's project is, and what is said beside its file. */
export interface ProjectOptions {
  /** The folder of the project. Default: the current one. */
  readonly projectRoot?: string;
  /** The configuration. Default: bytechat.yaml in the project, which may be missing. */
  readonly configFile?: string;
  /** One of the environments of the configuration, laid over the rest. Default: none. */
  readonly environment?: string;
  /** Overrides `target`. */
  readonly target?: string;
  /** The only targets that it may be: one that is none of them becomes the first. */
  readonly among?: readonly TargetName[];
  /** Nothing is asked of how the app runs. */
  readonly appless?: boolean | undefined;
  /** The project of Google Cloud. Default: `gcp.project` of the file, then GOOGLE_CLOUD_PROJECT. */
  readonly gcpProjectId?: string;
}

/** Reads and resolves the configuration; throws a BytechatError with every problem that the file has. */
export const readProject = async (options: ProjectOptions): Promise<Config> => {
  const { root, configFile } = placesOf(options);
  const text = await readIfThere(configFile);
  if (text === undefined && options.configFile !== undefined) throw new BytechatError(noFile(options.configFile));
  const shown = relative(process.cwd(), configFile) || configFile;
  const loaded = await load(text, shown, options.environment);
  if ('problems' in loaded) throw new BytechatError(loaded.problems);
  return resolveConfig(withTarget(loaded.config, options), {
    root,
    configFile,
    package: home,
    ...(text !== undefined && { file: shown }),
    environment: options.environment,
    origins: { ...loaded.origins, ...overridden(options) },
    appless: options.appless,
    overrides: overridesOf(options),
  });
};

/** The parser of YAML is loaded when there is something to parse. */
const load = async (text: string | undefined, file: string, environment: string | undefined): Promise<Loaded> => {
  if (text === undefined && environment === undefined) return { config: Settings.parse({}), origins: {} };
  const { loadConfig } = await import('../config/load.ts');
  return loadConfig(text ?? '', file, environment);
};

/** What is deployed when the file cannot be read: for the checks that need none of it. */
export const defaultProject = (options: ProjectOptions): Config =>
  resolveConfig(Settings.parse({}), { ...placesOf(options), package: home });

/** For what does not ask for a configuration: the defaults, and what is said beside the file. */
export const bareProject = (options: ProjectOptions): Config =>
  resolveConfig(withTarget(Settings.parse({}), options), {
    ...placesOf(options),
    package: home,
    origins: overridden(options),
    overrides: overridesOf(options),
  });

const overridesOf = ({ gcpProjectId }: ProjectOptions): Overrides => ({
  gcpProjectId: gcpProjectId === undefined ? undefined : parsedProject(gcpProjectId),
  gcpProjectOfEnv: process.env.GOOGLE_CLOUD_PROJECT || undefined,
  gcpRegistry: process.env.BYTECHAT_GCP_REGISTRY || undefined,
});

const parsedProject = (id: string): string => {
  const parsed = projectId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new BytechatError({
    code: 'usage',
    message: `${id} is no ID of a project of Google Cloud`,
    because: parsed.error.issues[0]?.message ?? '',
    fix: 'gcloud projects list shows the IDs, and so does https://console.cloud.google.com/cloud-resource-manager',
  });
};

const placesOf = ({ projectRoot, configFile = DEFAULT_FILE }: ProjectOptions) => {
  const root = resolve(projectRoot ?? process.cwd());
  return { root, configFile: resolve(root, configFile) };
};

const noFile = (file: string) => ({
  code: 'missing-file' as const,
  message: `${file} is not there`,
  fix: 'correct --config',
});

const overridden = ({ target, among, gcpProjectId }: ProjectOptions): Origins => ({
  ...((target !== undefined || among !== undefined) && { target: { from: '--target' } }),
  ...(gcpProjectId !== undefined && { 'gcp.project': { from: '--project' } }),
});

const withTarget = (config: Settings, { target: said, among }: ProjectOptions): Settings => {
  const target = among && !among.some(each => each === (said ?? config.target)) ? among[0] : said;
  if (target === undefined) return config;
  const parsed = Settings.shape.target.safeParse(target);
  if (parsed.success) return { ...config, target: parsed.data };
  throw new BytechatError({
    code: 'usage',
    message: `There is no target ${target}`,
    allowed: Settings.shape.target.unwrap().options,
    fix: `bytechat deploy --target ${Settings.shape.target.parse(undefined)}`,
  });
};

export const stateOf = ({ state }: Config, name: string): string => join(state, name);
