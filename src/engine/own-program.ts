import { realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { packageRoot } from './package-root.ts';

/** How somebody else starts a program of this package. */
export interface Started {
  readonly command: string;
  readonly args: readonly string[];
}

const fileOf = (name: string): string => join(packageRoot, 'bin', `${name}.js`);

/** By this Node.js and where it lies: that is there, whatever PATH says. */
export const startOf = (name: string): Started => ({ command: process.execPath, args: [fileOf(name)] });

/** By its name alone where PATH leads to this very program: then it outlives an update, and can be read. */
export const shortStartOf = async (name: string): Promise<Started> =>
  (await isOnPath(name)) ? { command: name, args: [] } : startOf(name);

/** PATH leads to this very program, and not to another of its name. */
const isOnPath = async (name: string): Promise<boolean> => {
  const found = await onPath(name);
  return found !== undefined && found === (await realpath(fileOf(name)).catch(() => undefined));
};

/** npm and npx put it on PATH for one run: whoever asks later does not find it there. */
const isPassing = (folder: string): boolean => /node_modules[\\/]\.bin[\\/]?$/.test(folder);

/** Where PATH leads to, links followed; undefined when that is nowhere. */
export const onPath = async (name: string): Promise<string | undefined> => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(part => part !== '' && !isPassing(part));
  for (const folder of folders) {
    const found = await realpath(join(folder, name)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
};
