import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentsFolder, keptFolder, targetsFolder } from '../config/state.ts';
import { fileReleases } from '../engine/file-releases.ts';
import type { Observer } from './observer.ts';

/** All environments and targets of a project share its repository, and each has a history of its own. */
export const observeRecorded: Observer = async ({ config: { root } }): Promise<string[]> => {
  const groups = [environmentsFolder(root), targetsFolder(root)];
  const states = (await Promise.all(groups.map(foldersIn))).flat();
  const histories = [keptFolder(root), ...states].map(state => fileReleases(join(state, 'history.jsonl')).list());
  const releases = (await Promise.all(histories)).flat().map(({ release }) => release);
  return [...new Set(releases)].filter(release => release !== '').sort();
};

const foldersIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).map(name => join(folder, name));
