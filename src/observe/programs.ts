import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { ProgramFact } from '../core/facts/programs.ts';
import type { Observer, Subject } from './observer.ts';

/** Looks along PATH and runs nothing. `node` is the one that bytechat runs on. */
export const observePrograms: Observer = ({ config, env }): Promise<ProgramFact[]> =>
  Promise.all(
    named(config)
      .filter(({ word }) => word !== 'node')
      .map(async ({ key, word }) => ({ key, word, file: await find(word, placesFor(word, { config, env })) })),
  );

const named = ({ app: { build, command, health } }: Config): { key: string; word: string }[] => [
  ...(build ? [{ key: 'app.build.command', word: build.command[0] ?? '' }] : []),
  { key: 'app.command', word: command[0] ?? '' },
  ...health.flatMap((check, index) =>
    'exec' in check ? [{ key: `app.health.${index}.exec`, word: check.exec[0] ?? '' }] : [],
  ),
];

/** A word with a slash is a path in the project or in the release. */
const placesFor = (word: string, { config, env }: Subject): string[] => {
  if (isAbsolute(word)) return [''];
  return word.includes('/') ? [config.root, config.app.files] : pathOf(env);
};

/** Where a program lies along PATH; empty when it does not. */
export const findProgram = (word: string, env: Subject['env']): Promise<string> => find(word, pathOf(env));

const pathOf = ({ PATH = '' }: Subject['env']): string[] => PATH.split(delimiter);

const find = async (word: string, folders: readonly string[]): Promise<string> => {
  for (const folder of folders) {
    const file = join(folder, word);
    if (await isProgram(file)) return file;
  }
  return '';
};

const isProgram = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
};
