import { isAbsolute, join, resolve } from 'node:path';
import { BytechatError } from '../core/problem.ts';
import { bundledApp, type Package } from './bundled.ts';
import type { App, Config } from './config.ts';
import type { Origins } from './origin.ts';
import type { AppFile, ChatFile, Settings } from './schema.ts';
import { lockFolder, stateFolder } from './state.ts';

/** What the command line or the constructor of `Pipeline` says beside the file. */
export interface Overrides {
  readonly target?: string | undefined;
  readonly gcpProjectId?: string | undefined;
}

export interface Sources {
  readonly root: string;
  readonly file?: string | undefined;
  /** Absolute. Default: bytechat.yaml in the project. */
  readonly configFile?: string;
  readonly environment?: string | undefined;
  readonly origins?: Origins;
  readonly package: Package;
  readonly overrides?: Overrides;
}

export const DEFAULT_FILE = 'bytechat.yaml';

/** The file, the defaults and the overrides as one frozen whole. Pure. */
export const resolveConfig = (file: Settings, sources: Sources): Config => {
  const { app: written, chat: changed = {}, ...rest } = file;
  const { root, environment, origins = {}, configFile = join(root, DEFAULT_FILE) } = sources;
  const app = written ? userApp(written, root) : chat(sources.package, changed);
  const { gcpProjectId } = sources.overrides ?? {};
  return deepFreeze({
    ...rest,
    root,
    configFile,
    origins,
    ...(environment !== undefined && { environment }),
    ...(sources.file !== undefined && { file: sources.file }),
    ...(gcpProjectId !== undefined && { gcpProjectId }),
    app,
    home: sources.package.root,
    state: stateFolder(root, environment),
    lock: lockFolder(root),
  });
};

const userApp = (app: AppFile, root: string): App => ({ ...absolute(app, root), bundled: false });

/** In a checkout the sources lie in the project itself; an installed package brings its own. */
const chat = (home: Package, { port, host, env, secrets }: ChatFile): App => {
  const own = {
    ...(port && { port }),
    ...(host !== undefined && { host }),
    ...(env && { env }),
    ...(secrets && { secrets }),
  };
  return { ...absolute({ ...bundledApp(home), ...own }, home.root), bundled: true };
};

const absolute = (app: AppFile, root: string): Omit<App, 'bundled'> => {
  const { build, files, ...rest } = app;
  const folder = build?.output ?? files;
  if (folder === undefined) {
    throw new BytechatError({
      code: 'missing-value',
      message: 'app has neither build nor files, so there is nothing to release',
      fix: 'add app.build with command, inputs and output, or app.files with a folder',
    });
  }
  const inRoot = (path: string): string => (isAbsolute(path) ? path : resolve(root, path));
  return {
    ...rest,
    root,
    files: inRoot(folder),
    ...(build && { build: { ...build, inputs: build.inputs.map(inRoot), output: inRoot(build.output) } }),
  };
};

const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
};
