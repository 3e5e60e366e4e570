import { readdir } from 'node:fs/promises';
import { environmentsFolder, keptFolder } from '../config/state.ts';
import type { Observer } from './observer.ts';

const DEFAULT = 'default';

export const observeEnvironments: Observer = async ({ config: { root, environment } }): Promise<string[]> => {
  const [named, kept] = await Promise.all([namesIn(environmentsFolder(root)), namesIn(keptFolder(root))]);
  const all = kept.some(isOfDefault) ? [DEFAULT, ...named] : named;
  return all.filter(name => name !== (environment ?? DEFAULT));
};

/** Whatever lies there, apart from what the environments share and from themselves. */
const isOfDefault = (name: string): boolean => !['env', 'lock'].includes(name);

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
