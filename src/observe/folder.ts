import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DockerHints, FolderFact, NodeHints, SourceHints } from '../core/facts/folder.ts';
import { readIfThere } from '../engine/files.ts';
import { dockerHints } from './folder/dockerfile.ts';
import { nodeHints } from './folder/package-json.ts';
import { PYTHON_FILES, pythonHints, type Texts } from './folder/python.ts';
import { sourceHints } from './folder/sources.ts';
import type { Observer, Subject } from './observer.ts';
import { findProgram } from './programs.ts';

const READ = [
  ...['package.json', 'Dockerfile', 'Procfile', 'requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py'],
  'manage.py',
  ...PYTHON_FILES,
];
const SERVERS = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/app', 'src/main', 'dist/server'];
const PAGES = ['', 'public', 'dist', 'site', '_site', 'build', 'out', 'www', 'html'];
const PROGRAMS = ['npm', 'npx', 'pnpm', 'yarn', 'python3', 'python'];

/** Reads what may say how an app is started. Runs nothing. */
export const observeFolder: Observer = async ({ config, env }): Promise<FolderFact> => {
  const { root, configFile } = config;
  const entries = await entriesOf(root);
  const names = entries ?? [];
  const texts = await textsOf(root, READ);
  const node = nodeHints(texts.get('package.json'), names);
  const docker = texts.has('Dockerfile') ? dockerHints(texts.get('Dockerfile') ?? '') : null;
  const procfile = /^web\s*:\s*(.+)$/m.exec(texts.get('Procfile') ?? '')?.[1]?.trim() ?? '';
  const programs = await found(wanted(procfile, docker), env);
  return {
    exists: entries !== undefined,
    name: basename(root),
    entries: names,
    config: (await readIfThere(configFile)) ?? null,
    node,
    python: pythonHints(texts, names, await interpreterIn(root, programs)),
    procfile,
    docker,
    sources: await sourcesOf(root, node, texts),
    pages: await pagesOf(root),
    programs,
  };
};

const entriesOf = async (root: string): Promise<string[] | undefined> => {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => undefined);
  return entries?.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
};

const textsOf = async (root: string, files: readonly string[]): Promise<Texts> => {
  const texts = await Promise.all(files.map(async file => [file, await readIfThere(join(root, file))] as const));
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
};

const wanted = (procfile: string, docker: DockerHints | null): string[] => [
  ...PROGRAMS,
  ...[procfile.split(/\s/)[0], docker?.command[0], docker?.line.split(/\s/)[0]].flatMap(word => word || []),
];

const found = async (words: readonly string[], env: Subject['env']): Promise<string[]> => {
  const places = await Promise.all(words.map(word => findProgram(word, env)));
  return [...new Set(words.filter((_, index) => places[index] !== ''))].sort();
};

/** The environment of the project itself, when it has one. */
const interpreterIn = async (root: string, programs: readonly string[]): Promise<string> => {
  for (const folder of ['.venv', 'venv']) {
    if ((await readIfThere(join(root, folder, 'pyvenv.cfg'))) !== undefined) return `${folder}/bin/python`;
  }
  return programs.includes('python3') || !programs.includes('python') ? 'python3' : 'python';
};

const sourcesOf = async (root: string, node: NodeHints | null, python: Texts): Promise<SourceHints[]> => {
  const named = [...(node?.start ?? '').split(/\s+/), node?.main ?? ''].filter(word => /\.[cm]?[jt]s$/.test(word));
  const usual = SERVERS.flatMap(name => ['js', 'mjs', 'cjs', 'ts'].map(ending => `${name}.${ending}`));
  const scripts = await textsOf(root, [...new Set([...named, ...usual])]);
  const all = [...scripts, ...[...python].filter(([file]) => file.endsWith('.py'))];
  return all.map(([file, text]) => sourceHints(file, text));
};

const pagesOf = async (root: string): Promise<string> => {
  for (const folder of PAGES) {
    if ((await readIfThere(join(root, folder, 'index.html'))) !== undefined) return folder || '.';
  }
  return '';
};
