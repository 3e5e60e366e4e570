import { join, relative } from 'node:path';
import type { Config } from './config.ts';

const KEPT = '.bytechat';

/** Everything that bytechat keeps of a project, of all its environments. */
export const keptFolder = (root: string): string => join(root, KEPT);

export const environmentsFolder = (root: string): string => join(root, KEPT, 'env');

/** Nested, so that one line of .gitignore covers them all. */
export const stateFolder = (root: string, environment: string | undefined): string =>
  environment === undefined ? keptFolder(root) : join(environmentsFolder(root), environment);

export const lockFolder = (root: string): string => join(root, KEPT, 'lock');

/** The state folder as people are shown it: `.bytechat/env/staging`. */
export const shownState = ({ root, state }: Pick<Config, 'root' | 'state'>): string => relative(root, state) || state;
