import type { FolderFact } from '../../core/facts/folder.ts';
import { type Recogniser, wordsOf } from './start.ts';

/** Where bundlers put the pages that they make. */
const OUTPUTS: Readonly<Record<string, string>> = {
  vite: 'dist',
  astro: 'dist',
  parcel: 'dist',
  'react-scripts': 'build',
  '@11ty/eleventy': '_site',
};

/** Pages without a server of their own: made by a bundler, or as they lie there. */
export const pages: Recogniser = folder => {
  const { node, pages: found } = folder;
  const bundler = Object.keys(OUTPUTS).find(name => node?.dependencies.includes(name));
  const output = bundler === undefined || node?.build === '' ? undefined : OUTPUTS[bundler];
  const files = output ?? found;
  const command = serverFor(folder);
  if (files === '' || command.length === 0) return undefined;
  return {
    what: output === undefined ? 'static pages' : `static pages that ${bundler} makes`,
    command,
    because: 'pages need a server, and this one comes with what is installed here',
    line: '',
    port: 8000,
    files,
    build: output !== undefined,
  };
};

/** A server that needs nothing but what is here. */
const serverFor = ({ programs }: FolderFact): string[] => {
  const python = ['python3', 'python'].find(name => programs.includes(name));
  if (python) return wordsOf(`${python} -m http.server --bind $HOST $PORT`);
  return programs.includes('npx') ? wordsOf('npx --yes serve --listen tcp://$HOST:$PORT') : [];
};
