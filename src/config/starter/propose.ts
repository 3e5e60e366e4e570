import type { DockerHints, FolderFact, NodeHints, SourceHints } from '../../core/facts/folder.ts';
import { dockerfile } from './dockerfile.ts';
import { node } from './node.ts';
import { pages } from './pages.ts';
import { procfile } from './procfile.ts';
import { python } from './python.ts';
import type { Recogniser, Start } from './start.ts';

/** An app as it is to be written into the file, and why. */
export interface Proposal {
  readonly what: string;
  readonly app: ProposedApp;
  /** By key of app: where its value was found. */
  readonly because: Readonly<Record<string, string>>;
  /** Where it is deployed, when that is not where everything is. */
  readonly target?: 'docker';
  /** What must be run before the first deploy. */
  readonly first?: string;
}

export interface ProposedApp {
  readonly name: string;
  readonly build?: { readonly command: readonly string[]; readonly inputs: readonly string[]; readonly output: string };
  readonly files?: string;
  readonly command?: readonly string[];
  readonly image?: { readonly dockerfile: string };
  readonly container?: { readonly port: number };
  readonly port: number;
  readonly health: readonly { readonly http: string }[];
}

/** The first that recognises the folder counts: what says it in words stands before what must be guessed. */
const RECOGNISERS: readonly Recogniser[] = [procfile, node, python, dockerfile, pages];

/** Undefined when nothing in the folder says how an app is started. */
export const propose = (folder: FolderFact): Proposal | undefined => {
  for (const recognise of RECOGNISERS) {
    const start = recognise(folder);
    if (start) return proposalFor(start, folder);
  }
  return folder.docker ? imageAlone(folder, folder.docker) : undefined;
};

/** What the image needs this machine need not have. */
const imageAlone = (folder: FolderFact, docker: DockerHints): Proposal => ({
  what: 'an app with a Dockerfile',
  target: 'docker',
  app: { name: nameOf(folder), ...asImage(docker), port: PUBLISHED, health: [{ http: '/' }] },
  because: {
    ...becauseOfImage(docker),
    port: 'the port of this machine; inside it is app.container.port',
    health: '/ must answer with 2xx; write another path if it does not',
  },
});

const PUBLISHED = 8080;

/** An image is handed the port that it exposes. */
const asImage = ({ port }: DockerHints) => ({
  image: { dockerfile: 'Dockerfile' },
  ...(port > 0 && { container: { port } }),
});

const becauseOfImage = ({ port }: DockerHints) => ({
  image: 'Dockerfile, for bytechat deploy --target docker',
  ...(port > 0 && { container: 'EXPOSE in Dockerfile' }),
});

const proposalFor = (start: Start, folder: FolderFact): Proposal => {
  const server = serverOf(start, folder.sources);
  const port = portOf(start, folder, server);
  const health = server && server.health !== '' ? server : undefined;
  const { files = '.' } = start;
  const built = start.build && folder.node ? buildOf(folder.node, folder, files) : undefined;
  return {
    what: start.what,
    app: {
      name: nameOf(folder),
      ...(built ? { build: built } : { files }),
      command: start.command,
      ...(folder.docker && asImage(folder.docker)),
      port: port.value,
      health: [{ http: health?.health ?? '/' }],
    },
    because: {
      command: start.because,
      ...(folder.docker && becauseOfImage(folder.docker)),
      port: port.because,
      ...(built && { build: 'scripts.build in package.json' }),
      health: health ? `${health.file} answers there` : '/ must answer with 2xx; write another path if it does not',
    },
    ...(missesPackages(folder) && { first: installOf(folder) }),
  };
};

/** The source of the server: the file that the command names, or the one that listens. */
const serverOf = ({ command, line }: Start, sources: readonly SourceHints[]): SourceHints | undefined =>
  sources.find(({ file }) => command.includes(file) || line.split(/\s+/).includes(file)) ??
  sources.find(({ listens }) => listens);

interface Found {
  readonly value: number;
  readonly because: string;
}

const IN_LINE = /(?:\bPORT=|--port[ =]|\s-p[ =]?|:)(\d{2,5})\b/;

const portOf = ({ command, line, port, because }: Start, { docker }: FolderFact, server?: SourceHints): Found => {
  const written = Number(IN_LINE.exec(` ${line}`)?.[1] ?? 0);
  if (written > 0) return { value: written, because };
  if (command.some(word => word.includes('$PORT'))) return { value: port, because: 'the command follows it' };
  if (server && server.port > 0) return { value: server.port, because: `${server.file}:${server.line}` };
  if (docker && docker.port > 0) return { value: docker.port, because: 'EXPOSE in Dockerfile' };
  return { value: port, because: 'nothing here names one: the app must listen on the PORT that it is given' };
};

/** What a build writes is not what it reads. */
const OUTPUTS = ['node_modules/', 'dist/', 'build/', 'out/', 'coverage/', '_site/'];

const buildOf = ({ manager }: NodeHints, { entries }: FolderFact, output: string) => ({
  command: [manager, 'run', 'build'],
  inputs: entries
    .filter(name => !name.startsWith('.') && !OUTPUTS.includes(name) && !/\.(md|yaml|yml|log)$|^LICEN[CS]E/i.test(name))
    .map(name => name.replace(/\/$/, '')),
  output,
});

const missesPackages = ({ node: hints, entries }: FolderFact): boolean =>
  hints !== null && hints.dependencies.length > 0 && !entries.includes('node_modules/');

const installOf = ({ node: hints, entries }: FolderFact): string =>
  entries.includes('package-lock.json') ? 'npm ci' : `${hints?.manager} install`;

/** As `app.name` wants it: from package.json without its scope, else from the folder. */
const nameOf = ({ node: hints, name }: FolderFact): string => {
  const wanted = (hints?.name || name)
    .toLowerCase()
    .replace(/^@[^/]*\//, '')
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return wanted || 'app';
};
