import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { resolveConfig } from '../config/resolve.ts';
import { ConfigFile } from '../config/schema.ts';
import { BytechatError } from '../core/problem.ts';
import { readIfThere } from '../engine/files.ts';
import { home } from './package.ts';

/** Where the user's project is, and what is said beside its file. */
export interface ProjectOptions {
  /** The folder of the project. Default: the current one. */
  readonly projectRoot?: string;
  /** The configuration. Default: bytechat.yaml in the project, which may be missing. */
  readonly configFile?: string;
  /** Overrides `target`. */
  readonly target?: string;
  readonly gcpProjectId?: string;
}

const DEFAULT_FILE = 'bytechat.yaml';

/** Reads and resolves the configuration; throws a BytechatError with every problem that the file has. */
export const readProject = async (options: ProjectOptions): Promise<Config> => {
  const root = resolve(options.projectRoot ?? process.cwd());
  const file = resolve(root, options.configFile ?? DEFAULT_FILE);
  const text = await readIfThere(file);
  if (text === undefined && options.configFile !== undefined) {
    throw new BytechatError({
      code: 'missing-file',
      message: `${options.configFile} is not there`,
      fix: 'correct --config',
    });
  }
  const loaded = loadConfig(text ?? '', relative(process.cwd(), file) || file);
  if ('problems' in loaded) throw new BytechatError(loaded.problems);
  return resolveConfig(withTarget(loaded.config, options.target), {
    root,
    package: home,
    ...(text !== undefined && { file: relative(process.cwd(), file) || file }),
    overrides: { gcpProjectId: options.gcpProjectId },
  });
};

/** What is deployed when the file cannot be read: for the checks that need none of it. */
export const defaultProject = (options: ProjectOptions): Config =>
  resolveConfig(ConfigFile.parse({}), { root: resolve(options.projectRoot ?? process.cwd()), package: home });

const withTarget = (config: ConfigFile, target: string | undefined): ConfigFile => {
  if (target === undefined) return config;
  const parsed = ConfigFile.shape.target.safeParse(target);
  if (parsed.success) return { ...config, target: parsed.data };
  throw new BytechatError({
    code: 'usage',
    message: `There is no target ${target}`,
    allowed: ConfigFile.shape.target.unwrap().options,
    fix: `bytechat deploy --target ${ConfigFile.shape.target.parse(undefined)}`,
  });
};

export const stateOf = ({ state }: Config, name: string): string => join(state, name);
