/** What is heavy is loaded by whoever uses it, and by nobody else: of the sources, and of what the build makes of them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderWith } from '../../support/folder.ts';
import { type Google, google, PROJECT } from '../../support/google.ts';
import { repository } from '../../support/sources.ts';

const urlOf = (file: string): string => pathToFileURL(join(repository, 'src', file)).href;
const bin = join(repository, 'bin/bytechat.js');

const HEAVY = /^(@google-cloud\/.*|@grpc\/.*|@kubernetes\/.*|google-.*|gaxios|gcp-metadata|protobufjs|ws)$/;

/** Runs before the program: writes what it has loaded to stderr when it ends, an address a line. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => writeSync(2, '\\nLOADED\\n' + loaded.join('\\n')));
`)}`;

const CONFIG = {
  'bytechat.yaml': 'app: { name: shop, files: site, command: [sh, serve.sh] }\n',
  'site/index.html': 'hello',
};

/** The heavy packages that a program has loaded, as they are or as parts of a bundle. */
const heavyIn = async (
  args: readonly string[],
  { env = {}, files = CONFIG }: Partial<Given> = {},
): Promise<string[]> => {
  const options = { cwd: folderWith(files), env: { ...process.env, NODE_OPTIONS: `--import ${WATCH}`, ...env } };
  const { stderr } = await promisify(execFile)(process.execPath, args, options);
  const [, loaded] = /LOADED\n([\s\S]*)$/.exec(stderr) ?? [];
  if (loaded === undefined) throw new Error(`nobody has watched: ${stderr}`);
  const names = loaded
    .split('\n')
    .flatMap(packagesOf)
    .filter(name => HEAVY.test(name));
  return [...new Set(names)].sort();
};

interface Given {
  readonly env: Google['env'];
  readonly files: Readonly<Record<string, string>>;
}

/** Of a module in a package, that one; of a part of a bundle, all that its map names. */
const packagesOf = (url: string): string[] => {
  if (!url.startsWith(pathToFileURL(join(repository, 'dist/')).href)) return namesIn(url);
  const map = JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as { sources: string[] };
  return map.sources.flatMap(namesIn);
};

const namesIn = (path: string): string[] => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.slice(1) ?? [];

test.each([['--help'], ['--version'], ['plan'], ['deploy', '--dry-run']])(
  'bytechat %s loads no SDK',
  async (...args) => {
    expect(await heavyIn([bin, ...args])).toEqual([]);
  },
);

test('neither do all clients together', async () => {
  const program = `
    const { clients } = await import(${JSON.stringify(urlOf('clients/index.ts'))});
    if (!clients.gke || !clients.gcp || !clients.artifacts) throw new Error('they are not there');`;
  expect(await heavyIn(['--input-type=module', '-e', program])).toEqual([]);
});

const AT_GOOGLE = { 'bytechat.yaml': `target: gcp\ngcp: { project: ${PROJECT} }\n` };

test('the program, in one bundle, lists clusters with the SDK for that, and without another', async () => {
  const cloud = await google();
  const loaded = await heavyIn([bin, 'gke', 'list'], { env: cloud.env, files: AT_GOOGLE });
  expect(loaded).toEqual(expect.arrayContaining(['@google-cloud/container', 'google-auth-library', 'google-gax']));
  expect(loaded.filter(name => /artifact-registry|@kubernetes/.test(name))).toEqual([]);
  expect(cloud.calls.map(({ method }) => method)).toContain('listClusters');
});
