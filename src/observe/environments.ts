import { readdir } from 'node:fs/promises';
import { environmentsFolder, keptFolder, stateName, targetsFolder } from '../config/state.ts';
import type { Observer } from './observer.ts';

export const observeEnvironments: Observer = async ({ config }): Promise<string[]> => {
  const { root } = config;
  const [named, kept, elsewhere] = await Promise.all(
    [environmentsFolder(root), keptFolder(root), targetsFolder(root)].map(namesIn),
  );
  const own = kept?.some(isOfDefault) ? [stateName({ target: 'local' })] : [];
  return [...own, ...(named ?? []), ...(elsewhere ?? [])].filter(name => name !== stateName(config));
};

/** Whatever lies there, apart from what the states share and from themselves. */
const isOfDefault = (name: string): boolean => !['env', 'lock', 'on', 'images'].includes(name);

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
