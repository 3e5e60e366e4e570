/** `npm run build`: the command line tool and the library to dist/, the chat to dist/chat-app/. Whole, or as it was. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { type BuildOptions, build } from 'esbuild';
import { manifestOf } from '../src/cli/manifest.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import { ConfigFile } from '../src/config/schema.ts';
import { sourceSubject } from '../src/config/source.ts';
import { readSource, stampSource } from '../src/engine/source.ts';
import { operations } from '../src/operations/index.ts';
import { writeDeclarations } from './declarations.ts';
import { builtins, unused } from './lean.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}`);

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // What packages of CommonJS take for granted.
  banner: {
    js: [
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;',
    ].join(' '),
  },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [builtins, unused],
} satisfies BuildOptions;

const buildTool = async (): Promise<void> => {
  await build({
    ...common,
    entryPoints: { cli: join(root, 'src/cli/main.ts'), index: join(root, 'src/index.ts') },
    outdir: fresh,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: 'linked',
  });
  await build({ ...common, entryPoints: { supervisor: join(root, 'src/supervisor/main.ts') }, outdir: fresh });
  await build({ ...common, entryPoints: { forwarder: join(root, 'src/forwarder/main.ts') }, outdir: fresh });
  await build({ ...common, entryPoints: { credentials: join(root, 'src/credentials/main.ts') }, outdir: fresh });
  await buildDoor(join(fresh, 'door'));
  await writeDeclarations(root, join(fresh, 'types'));
  await writeFile(join(fresh, 'commands.json'), JSON.stringify(manifestOf(operations)));
  await writeFile(join(fresh, 'help.txt'), helpOf(join(fresh, 'cli.js')));
};

/** All that its image is built from: the program, and the file that says how. */
const buildDoor = async (outdir: string): Promise<void> => {
  await build({ ...common, entryPoints: { door: join(root, 'src/door/main.ts') }, outdir });
  await copyFile(join(root, 'src/door/Dockerfile'), join(outdir, 'Dockerfile'));
};

/** What `--help` says: asked once, and then a file, so that it costs nothing. Its width does not depend on a terminal. */
const helpOf = (program: string): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the help could not be asked for:\n${stderr}`);
  return stdout;
};

/** As deploy would, so that the first deploy after `npm ci` finds it built. */
const buildChat = async (): Promise<void> => {
  const output = join(fresh, 'chat-app');
  const { status } = spawnSync(process.execPath, [join(root, 'chat-app/build.ts'), output], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the chat was not built (${status})`);
  const config = resolveConfig(ConfigFile.parse({}), { root, package: { root, hasSources: true } });
  await stampSource({ ...sourceSubject(config), output });
};

/** `npx bytechat` runs `prepare` once more in its own way: what is built from these very files is not built again. */
const all = {
  root,
  inputs: ['src', 'scripts', 'chat-app', 'package.json', 'package-lock.json'].map(name => join(root, name)),
  command: ['node', 'scripts/build.ts', process.versions.node],
  output: dist,
};

const buildAll = async (): Promise<void> => {
  await mkdir(fresh);
  await buildTool();
  await buildChat();
  await stampSource({ ...all, output: fresh });
  await rm(dist, { recursive: true, force: true });
  await rename(fresh, dist);
};

try {
  const { hash, built } = await readSource(all);
  if (hash !== built) await buildAll();
} finally {
  await rm(fresh, { recursive: true, force: true });
}
