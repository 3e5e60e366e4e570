import { isAbsolute, join, resolve } from 'node:path';
import { BytechatError, type Place, type Problem } from '../core/problem.ts';
import type { TargetName } from '../core/target.ts';
import { bundledApp, type Package } from './bundled.ts';
import { objectName } from './cluster.ts';
import type { App, Config, Image, Kubernetes } from './config.ts';
import { gkeRef, imageInGoogle, onGke, resolveGcp } from './gcp.ts';
import type { Origin, Origins } from './origin.ts';
import type { AppFile, ChatFile, ImageFile, KubernetesFile, Settings } from './schema.ts';
import { lockFolder, stateFolder } from './state.ts';

/** What the command line or the constructor of `Pipeline` says beside the file. */
export interface Overrides {
  readonly target?: string | undefined;
  readonly gcpProjectId?: string | undefined;
  /** What counts when neither that nor the file says it. */
  readonly gcpProjectOfEnv?: string | undefined;
  /** Stands for the hosts of Artifact Registry, where those cannot be reached. */
  readonly gcpRegistry?: string | undefined;
}

export interface Sources {
  readonly root: string;
  readonly file?: string | undefined;
  /** Absolute. Default: bytechat.yaml in the project. */
  readonly configFile?: string;
  readonly environment?: string | undefined;
  readonly origins?: Origins;
  readonly package: Package;
  /** Nothing is asked of how the app runs: it is about something else. */
  readonly appless?: boolean | undefined;
  readonly overrides?: Overrides;
}

export const DEFAULT_FILE = 'bytechat.yaml';

/** The file, the defaults and the overrides as one frozen whole. Pure. */
export const resolveConfig = (file: Settings, sources: Sources): Config => {
  const { app: written, chat: changed = {}, ...rest } = file;
  const { root, environment, origins = {}, configFile = join(root, DEFAULT_FILE) } = sources;
  const own = written ? userApp(written, root) : chat(sources.package, changed);
  const target = origins.target === undefined ? usualTarget(own, rest.target) : rest.target;
  if (!sources.appless) demand(own, target, placeOf(origins['app.name']));
  const { registry, kubernetes, gcp: writtenGcp, ...settings } = rest;
  const gcp = resolveGcp(writtenGcp, sources.overrides ?? {});
  const app = target === 'gcp' && own.image ? { ...own, image: imageInGoogle(own.image, gcp) } : own;
  const cluster = inCluster(kubernetes, objectName({ app, environment }));
  return deepFreeze({
    ...settings,
    target,
    ...(registry && { registry }),
    kubernetes: target === 'gcp' ? onGke(cluster, gkeRef({ gcp })) : cluster,
    gcp,
    root,
    configFile,
    origins,
    ...(environment !== undefined && { environment }),
    ...(sources.file !== undefined && { file: sources.file }),
    app,
    home: sources.package.root,
    state: stateFolder(root, { target, environment }),
    lock: lockFolder(root),
  });
};

const userApp = (app: AppFile, root: string): App => ({ ...absolute(app, root), bundled: false });

/** Everything of an app is in a namespace of its own, unless another one is named. */
const inCluster = ({ namespace = '', ...written }: KubernetesFile, name: string): Kubernetes =>
  ({ ...defined(written), namespace: namespace || name }) as Kubernetes;

/** Without the keys that have no value, at every depth. */
const defined = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (item === undefined) return [];
      return [[key, typeof item === 'object' && !Array.isArray(item) ? defined(item) : item]];
    }),
  );

/** In a checkout the sources lie in the project itself; an installed package brings its own. */
const chat = (home: Package, { port, host, env, secrets, repository }: ChatFile): App => {
  const bundled = bundledApp(home);
  const own = {
    ...(port && { port }),
    ...(host !== undefined && { host }),
    ...(env && { env }),
    ...(secrets && { secrets }),
    ...(repository !== undefined && bundled.image && { image: { ...bundled.image, repository } }),
  };
  return { ...absolute({ ...bundled, ...own }, home.root), bundled: true };
};

const absolute = (app: AppFile, root: string): Omit<App, 'bundled'> => {
  const { build, files, command = [], image, ...rest } = app;
  const folder = build?.output ?? files;
  const inRoot = (path: string): string => (isAbsolute(path) ? path : resolve(root, path));
  return {
    ...rest,
    root,
    command,
    files: folder === undefined ? '' : inRoot(folder),
    ...(build && { build: { ...build, inputs: build.inputs.map(inRoot), output: inRoot(build.output) } }),
    ...(image && { image: absoluteImage(image, { root, name: app.name }) }),
  };
};

/** A Dockerfile is looked for in the project, not in the context, as `docker build -f` does. */
const absoluteImage = (image: ImageFile, { root, name }: { root: string; name: string }): Image => {
  const { stage, platform, repository = name, ...rest } = image;
  return {
    ...rest,
    dockerfile: resolve(root, image.dockerfile),
    context: resolve(root, image.context),
    repository,
    ...(stage !== undefined && { stage }),
    ...(platform !== undefined && { platform }),
  };
};

/** Who tells only of an image wants it run as one. */
const usualTarget = ({ image, files, command }: App, byDefault: TargetName): TargetName =>
  image && files === '' && command.length === 0 ? 'docker' : byDefault;

/** An app may say how it runs in several places; of the one that is meant, all must be there. */
const demand = ({ command, files, image }: App, target: TargetName, where: Place | undefined): void => {
  const missing: Problem[] = [];
  const lacks = (message: string, fix: string): void => {
    missing.push({ code: 'missing-value', message, ...(where && { where }), fix });
  };
  if (target === 'local') {
    if (files === '')
      lacks(
        'app has neither build nor files, so there is nothing to release',
        'add app.build with command, inputs and output, or app.files with a folder',
      );
    if (command.length === 0) lacks('app has no command, so nobody knows how it starts', 'add app.command');
  } else if (!image) lacks(`app has no image, and ${target} runs images`, 'add app.image with its dockerfile');
  if (missing.length > 0) throw new BytechatError(missing);
};

const placeOf = ({ file, line, column }: Partial<Origin> = {}): Place | undefined =>
  file === undefined
    ? undefined
    : { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };

const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
};
