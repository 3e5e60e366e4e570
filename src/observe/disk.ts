import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFact } from '../core/facts/disk.ts';
import type { Observer } from './observer.ts';

export const observeDisk: Observer = async ({ config: { state } }): Promise<DiskFact> => {
  const folder = await nearest(state);
  const { bavail, bsize } = await statfs(folder);
  return { free: bavail * bsize, writable: await may(folder, constants.W_OK) };
};

/** The folder itself, or the first above it that is there. */
const nearest = async (folder: string): Promise<string> =>
  (await may(folder, constants.F_OK)) ? folder : nearest(dirname(folder));

const may = (folder: string, mode: number): Promise<boolean> =>
  access(folder, mode).then(
    () => true,
    () => false,
  );
