import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../engine/hash.ts';
import type { Stock } from '../kept.ts';
import type { Subject } from '../observer.ts';

export const keptOnDisk = async ({ config: { state, home } }: Subject): Promise<Stock> => {
  const [releases, backups, program] = await Promise.all([
    releasesIn(join(state, 'releases')),
    namesIn(join(state, 'backups')),
    readFile(join(home, 'dist', 'supervisor.js')),
  ]);
  return { releases, backups: backups.sort(latestFirst), keeper: sha256(program).slice(0, 12) };
};

/** What is being made has a dot in its name. */
const namesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => !name.includes('.'));
};

/** `<release>-<time>` */
export const latestFirst = (a: string, b: string): number => (timeIn(a) < timeIn(b) ? 1 : -1);

const timeIn = (name: string): string => name.slice(name.indexOf('-'));

const releasesIn = async (folder: string): Promise<string[]> => {
  const names = await namesIn(folder);
  return names.filter(name => !name.startsWith('node-')).sort();
};
