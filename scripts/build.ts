/** `npm run build`: the command line tool and the library to dist/, the chat to dist/chat-app/. Whole, or as it was. */
import { spawnSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { manifestOf } from '../src/cli/manifest.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import { ConfigFile } from '../src/config/schema.ts';
import { sourceSubject } from '../src/config/source.ts';
import { stampSource } from '../src/engine/source.ts';
import { operations } from '../src/operations/index.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}`);

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
} as const;

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
  await writeFile(join(fresh, 'commands.json'), JSON.stringify(manifestOf(operations)));
};

/** As deploy would, so that the first deploy after `npm ci` finds it built. */
const buildChat = async (): Promise<void> => {
  const output = join(fresh, 'chat-app');
  const { status } = spawnSync(process.execPath, [join(root, 'chat-app/build.ts'), output], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the chat was not built (${status})`);
  const config = resolveConfig(ConfigFile.parse({}), { root, package: { root, hasSources: true } });
  await stampSource({ ...sourceSubject(config), output });
};

/** So that `npx bytechat` finds the one of this checkout. Without it npx would install a copy somewhere first. */
const linkProgram = async (): Promise<void> => {
  const link = join(root, 'node_modules', '.bin', 'bytechat');
  await rm(link, { force: true });
  await symlink(join('..', '..', 'bin', 'bytechat.js'), link);
};

try {
  await mkdir(fresh);
  await buildTool();
  await buildChat();
  await rm(dist, { recursive: true, force: true });
  await rename(fresh, dist);
  await linkProgram();
} finally {
  await rm(fresh, { recursive: true, force: true });
}
