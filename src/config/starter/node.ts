import type { FolderFact, NodeHints } from '../../core/facts/folder.ts';
import { type Recogniser, type Start, wordsOf } from './start.ts';

/** A package.json with a start script, or with a server where servers usually are. */
export const node: Recogniser = folder => {
  const { node: hints } = folder;
  if (!hints) return undefined;
  const { start, build } = hints;
  if (start === '') return serverOf(folder, hints);
  return {
    what: whatOf(hints),
    command: /^node [^&|;<>$`'"()]+$/.test(start) ? wordsOf(start) : [hints.manager, 'start'],
    because: 'scripts.start in package.json',
    line: start,
    port: 3000,
    build: build !== '',
  };
};

const serverOf = ({ sources }: FolderFact, hints: NodeHints): Start | undefined => {
  const servers = sources.filter(({ file, listens }) => listens && /\.[cm]?js$/.test(file));
  const server = servers.find(({ file }) => file === hints.main) ?? servers[0];
  if (!server) return undefined;
  const because = `${server.file} listens, and package.json has no start script`;
  return { what: whatOf(hints), command: ['node', server.file], because, line: '', port: 3000 };
};

const FRAMEWORKS: Readonly<Record<string, string>> = {
  next: 'Next.js',
  nuxt: 'Nuxt',
  '@nestjs/core': 'NestJS',
  '@remix-run/node': 'Remix',
  fastify: 'Fastify',
  express: 'Express',
  koa: 'Koa',
  hono: 'Hono',
};

const whatOf = ({ dependencies }: NodeHints): string => {
  const found = Object.keys(FRAMEWORKS).find(name => dependencies.includes(name));
  return found === undefined ? 'a Node.js app' : `a Node.js app with ${FRAMEWORKS[found]}`;
};
