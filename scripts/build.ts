/** `npm run build`: the command line tool and the library to dist/, the chat to dist/chat-app/. */
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { manifestOf } from '../src/cli/manifest.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import { ConfigFile } from '../src/config/schema.ts';
import { sourceSubject } from '../src/config/source.ts';
import { stampSource } from '../src/engine/source.ts';
import { operations } from '../src/operations/index.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
} as const;

await rm(join(dist, 'chunks'), { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  ...common,
  entryPoints: { cli: join(root, 'src/cli/main.ts'), index: join(root, 'src/index.ts') },
  outdir: dist,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
});
await build({ ...common, entryPoints: { supervisor: join(root, 'src/supervisor/main.ts') }, outdir: dist });
await writeFile(join(dist, 'commands.json'), JSON.stringify(manifestOf(operations)));

const chat = spawnSync(process.execPath, [join(root, 'chat-app/build.ts')], { stdio: 'inherit' });
if (chat.status === 0) {
  const config = resolveConfig(ConfigFile.parse({}), { root, package: { root, hasSources: true } });
  await stampSource(sourceSubject(config));
}
process.exitCode = chat.status ?? 1;
