import type { FolderFact } from '../../core/facts/folder.ts';
import { type Recogniser, wordsOf } from './start.ts';

/** The command of the image, when this machine can run it as well: its program is here, and so are its files. */
export const dockerfile: Recogniser = folder => {
  const { docker, programs } = folder;
  if (!docker) return undefined;
  const line = docker.line || docker.command.join(' ');
  const [program = '', ...rest] = docker.line === '' ? docker.command : docker.line.split(/\s+/);
  if (program !== 'node' && !programs.includes(program)) return undefined;
  if (!rest.every(word => isHere(word, folder))) return undefined;
  const command = docker.line === '' ? docker.command : wordsOf(docker.line);
  return { what: 'an app with a Dockerfile', command, because: 'the command of Dockerfile', line, port: 8080 };
};

/** A word that names a file must name one that is here; of a path, its first folder. */
const isHere = (word: string, { entries }: FolderFact): boolean => {
  if (!/\.\w+$/.test(word) || word.startsWith('-') || /^[\d.:]+$/.test(word)) return true;
  const [first = ''] = word.replace(/^\.\//, '').split('/');
  return entries.includes(first) || entries.includes(`${first}/`);
};
