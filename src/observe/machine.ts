import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import type { MachineFact } from '../core/facts/machine.ts';
import type { Observer } from './observer.ts';

export const observeMachine: Observer = async ({ config: { state } }): Promise<MachineFact> => {
  const folder = await nearest(state);
  const { bavail, bsize } = await statfs(folder);
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    diskFree: bavail * bsize,
    user: userName(),
    host: hostname(),
    writable: await isWritable(folder),
  };
};

/** The folder itself, or the first above it that is there. */
const nearest = async (folder: string): Promise<string> =>
  (await access(folder).then(
    () => true,
    () => false,
  ))
    ? folder
    : nearest(dirname(folder));

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/** A container may run under a number that has no name. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
};
