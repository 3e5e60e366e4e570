import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourcesIn } from './support/sources.ts';
import { functionsIn, type Import, importsIn } from './support/syntax.ts';

/** Which parts of src each part may import, besides itself. A part is a folder, or a file that stands alone. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ['core'],
  tools: ['core'],
  steps: ['core', 'config', 'tools'],
  targets: ['core', 'config', 'tools', 'steps'],
  checks: ['core', 'config'],
  operations: ['core', 'config', 'steps', 'targets'],
  engine: ['core'],
  clients: ['core', 'tools', 'engine'],
  observe: ['core', 'config', 'tools', 'engine'],
  reports: ['core'],
  supervisor: ['core', 'engine'],
  door: ['core', 'engine'],
  forwarder: ['core', 'engine', 'clients'],
  credentials: ['core', 'engine', 'clients'],
  host: ['core', 'config', 'tools', 'steps', 'targets', 'checks', 'operations', 'engine', 'clients', 'observe'],
  'options.ts': [],
  'pipeline.ts': ['core', 'config', 'operations', 'host', 'options.ts'],
  'index.ts': ['core', 'config', 'pipeline.ts'],
  cli: ['core', 'operations', 'reports', 'pipeline.ts'],
};

/** The same for the chat. What stands beside its folders builds it. */
const CHAT_LAYERS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  server: ['protocol'],
  client: ['protocol'],
  probe: ['protocol', 'client'],
  health: [],
  'build.ts': [],
};

/** Who may import a package that is not Node's own. One that is not here may be imported by nobody. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  execa: ['src/engine'],
  listr2: ['src/reports'],
  chalk: ['src/reports'],
  'json-stringify-pretty-compact': ['src/reports'],
  commander: ['src/cli'],
  yaml: ['src/config', 'src/clients'],
  '@kubernetes/client-node': ['src/clients'],
  '@google-cloud/container': ['src/clients'],
  '@google-cloud/artifact-registry': ['src/clients'],
  'google-auth-library': ['src/clients'],
  'google-gax': ['src/clients'],
  zod: ['src/config', 'src/operations', 'src/host', 'src/cli', 'chat-app/protocol', 'chat-app/server'],
  fastify: ['chat-app/server'],
  '@fastify/static': ['chat-app/server'],
  ws: ['src/clients', 'chat-app/server', 'chat-app/probe'],
  'prom-client': ['chat-app/server'],
  react: ['chat-app/client'],
  'react-dom': ['chat-app/client'],
  uqr: ['chat-app/client'],
  vite: ['chat-app/client', 'chat-app/build.ts'],
  '@vitejs/plugin-react': ['chat-app/client'],
  esbuild: ['chat-app/build.ts'],
};

/** Owners that may name a package only as a type: it is erased, and never loaded. */
const ONLY_TYPES: Readonly<Record<string, readonly string[]>> = { zod: ['src/host'] };

const MOST_LINES = 250;
const MOST_LINES_OF_A_FUNCTION = 40;
/** In a view most lines are markup, an attribute a line. */
const MOST_LINES_OF_A_VIEW = 80;

/** Longer ones, and why they are better whole. */
const LONGER: Readonly<Record<string, string>> = {
  'src/host/host.ts createHost': 'its methods share one world and one way to the project',
};

const files = sourcesIn('src', 'chat-app');
const imports = files.flatMap(importsIn);
const functions = files.flatMap(functionsIn);

const isRelative = ({ what }: Import): boolean => what.startsWith('.');

/** `src/cli` of `src/cli/run.ts`, `src/pipeline.ts` of itself. */
const partOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const targetOf = ({ from, what }: Import): string => join(dirname(from), what);

/** `zod` of `zod/v4`, `@fastify/static` of itself; undefined for Node's own. */
const packageOf = (what: string): string | undefined => {
  if (what.startsWith('node:') || builtinModules.includes(what)) return undefined;
  return what
    .split('/')
    .slice(0, what.startsWith('@') ? 2 : 1)
    .join('/');
};

const outside = (layers: Readonly<Record<string, readonly string[]>>, folder: string): string[] =>
  imports
    .filter(each => isRelative(each) && each.from.startsWith(`${folder}/`))
    .filter(each => {
      const [own, other] = [partOf(each.from), partOf(targetOf(each))];
      const allowed = layers[own.slice(folder.length + 1)] ?? [];
      return own !== other && !allowed.map(name => `${folder}/${name}`).includes(other);
    })
    .map(({ from, what }) => `${from} imports ${what}`);

const isOwner = ({ from, isType }: Import, name: string): boolean => {
  const part = partOf(from);
  if (!(OWNERS[name] ?? []).includes(part)) return false;
  return isType || !(ONLY_TYPES[name] ?? []).includes(part);
};

describe('imports', () => {
  test('are all read', () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(imports).toContainEqual({ from: 'src/cli/main.ts', what: './run.ts', isType: false });
    expect(imports).toContainEqual({ from: 'src/host/host.ts', what: 'zod', isType: true });
  });

  test('every part of src and of the chat has a place in the tables', () => {
    const parts = [...new Set(files.map(({ path }) => partOf(path)))].sort();
    const known = [
      ...Object.keys(LAYERS).map(name => `src/${name}`),
      ...Object.keys(CHAT_LAYERS).map(name => `chat-app/${name}`),
    ];
    expect(parts).toEqual(known.sort());
  });

  test('run one way in src', () => {
    expect(outside(LAYERS, 'src')).toEqual([]);
  });

  test('run one way in the chat, and neither product imports the other', () => {
    expect(outside(CHAT_LAYERS, 'chat-app')).toEqual([]);
  });

  test('the chat keeps its secrets without views, and its state without React', () => {
    const below = (folder: string) => imports.filter(({ from }) => from.startsWith(`chat-app/client/${folder}/`));
    const foreign = (folder: string, allowed: RegExp) =>
      below(folder)
        .map(each => (isRelative(each) ? targetOf(each) : each.what))
        .filter(what => !allowed.test(what));
    expect(foreign('crypto', /^chat-app\/(client\/crypto|protocol)\//)).toEqual([]);
    expect(foreign('session', /^chat-app\/(client\/(crypto|session)|protocol)\//)).toEqual([]);
  });

  test('the core knows nothing of Node.js but how to hash', () => {
    const foreign = imports.filter(each => partOf(each.from) === 'src/core' && !isRelative(each));
    expect(foreign.map(({ what }) => what).filter(what => what !== 'node:crypto')).toEqual([]);
  });

  test('a package has one owner', () => {
    const strangers = imports
      .filter(each => !isRelative(each))
      .flatMap(each => {
        const name = packageOf(each.what);
        return name === undefined || isOwner(each, name) ? [] : [`${each.from} imports ${each.what}`];
      });
    expect(strangers).toEqual([]);
  });

  test('an owner that no longer uses its package is taken out of the table', () => {
    const used = new Set(imports.map(({ from, what }) => `${packageOf(what)} ${partOf(from)}`));
    const named = Object.entries(OWNERS).flatMap(([name, owners]) => owners.map(owner => `${name} ${owner}`));
    expect(named.filter(each => !used.has(each))).toEqual([]);
  });
});

describe('sizes', () => {
  const linesOf = (text: string): number => text.trimEnd().split('\n').length;

  test(`no file has more than ${MOST_LINES} lines`, () => {
    const long = files.map(({ path, text }) => `${path} ${linesOf(text)}`);
    expect(long.filter(line => Number(line.split(' ')[1]) > MOST_LINES)).toEqual([]);
  });

  test(`no function has more than ${MOST_LINES_OF_A_FUNCTION} lines, save those with a reason`, () => {
    const most = (name: string): number => (name.includes('.tsx ') ? MOST_LINES_OF_A_VIEW : MOST_LINES_OF_A_FUNCTION);
    const long = functions.filter(({ name, lines }) => lines > most(name));
    expect(long.filter(({ name }) => !(name in LONGER))).toEqual([]);
    expect(Object.keys(LONGER).filter(known => !long.some(({ name }) => name === known))).toEqual([]);
  });

  test('half of all functions have fewer than 8 lines', () => {
    const sorted = functions.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(8);
  });
});
