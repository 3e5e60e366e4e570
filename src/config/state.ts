import { join, relative } from 'node:path';
import type { TargetName } from '../core/target.ts';
import type { Config } from './config.ts';

const KEPT = '.bytechat';

/** Everything that bytechat keeps of a project, of all its environments. */
export const keptFolder = (root: string): string => join(root, KEPT);

export const environmentsFolder = (root: string): string => join(root, KEPT, 'env');

/** Where the states of other targets than `local` lie, side by side: `docker`, `docker.staging`. */
export const targetsFolder = (root: string): string => join(root, KEPT, 'on');

/** What is known of the images that were built here: they are the same for every target. */
export const imagesFolder = (root: string): string => join(root, KEPT, 'images');

interface Whose {
  readonly target: TargetName;
  readonly environment?: string | undefined;
}

/** What tells one state from the others of its project. */
export const stateName = ({ target, environment }: Whose): string => {
  if (target === 'local') return environment ?? 'default';
  return environment === undefined ? target : `${target}.${environment}`;
};

/** Nested, so that one line of .gitignore covers them all. */
export const stateFolder = (root: string, whose: Whose): string => {
  if (whose.target !== 'local') return join(targetsFolder(root), stateName(whose));
  return whose.environment === undefined ? keptFolder(root) : join(environmentsFolder(root), whose.environment);
};

export const lockFolder = (root: string): string => join(root, KEPT, 'lock');

/** The state folder as people are shown it: `.bytechat/env/staging`. */
export const shownState = ({ root, state }: Pick<Config, 'root' | 'state'>): string => relative(root, state) || state;
