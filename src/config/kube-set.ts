import { basename, resolve } from 'node:path';
import { BytechatError } from '../core/problem.ts';
import { objectName } from './cluster.ts';
import type { Config } from './config.ts';

/** What every set is called, and what its lock and its books begin with: the app's own, or one of the user's. */
export const setName = (config: Pick<Config, 'kubernetes' | 'app' | 'environment'>): string =>
  config.kubernetes.set ?? objectName(config);

/** It is about manifests of the user's, not about the app's own objects. */
export const isUsers = ({ kubernetes: { set } }: Pick<Config, 'kubernetes'>): boolean => set !== undefined;

export interface Chosen {
  readonly file?: string | undefined;
  readonly name?: string | undefined;
}

/** As long as what Kubernetes puts behind it fits into a label. */
const LONGEST = 50;

/** The config for the set that was chosen by `--file` and `--name`; without these, it is about the app. */
export const chooseSet = (config: Config, { file, name }: Chosen): Config => {
  if (file === undefined && name === undefined) return config;
  const manifests = file === undefined ? undefined : resolve(config.root, file);
  const set = name ?? nameOf(manifests ?? '');
  if (set === objectName(config)) {
    if (file === undefined) return config;
    throw new BytechatError({
      code: 'name-taken',
      message: `The set ${set} is the app's own`,
      because: 'deploy makes its objects and prunes them',
      fix: `choose another name: --name ${set}-more`,
    });
  }
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(set) || set.length > LONGEST)
    throw new BytechatError({
      code: 'usage',
      message: `A set cannot be called "${set}"`,
      because: `its name is a label and begins names: a-z, 0-9 and -, at most ${LONGEST}`,
      fix: '--name <name>',
    });
  return Object.freeze({
    ...config,
    kubernetes: Object.freeze({ ...config.kubernetes, set, ...(manifests !== undefined && { manifests }) }),
  });
};

/** The base name of the path, without its extension, as a name. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.(ya?ml|json)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
