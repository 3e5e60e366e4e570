/** Builds the chat: `node chat-app/build.ts [folder]` writes relay.js, probe.js, health.js and client/, whole or not at all. */
import { rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';

const here = import.meta.dirname;
const out = resolve(process.argv[2] ?? join(dirname(here), 'dist', 'chat-app'));
const fresh = `${out}.${process.pid}`;

// Whatever the machine's environment says: a page for development holds this machine's paths, and has another hash.
process.env.NODE_ENV = 'production';

/** CommonJS packages inside an ES module bundle still ask for `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const builds = [
  esbuild({
    entryPoints: {
      relay: join(here, 'server/main.ts'),
      probe: join(here, 'probe/main.ts'),
      health: join(here, 'health/main.ts'),
    },
    // What is built names files as seen from here: it is the same wherever this lies, and whoever calls.
    absWorkingDir: dirname(here),
    outdir: fresh,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: banner },
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  }),
  vite({
    root: join(here, 'client'),
    logLevel: 'warn',
    build: { outDir: join(fresh, 'client'), emptyOutDir: false },
  }),
];

try {
  await Promise.all(builds);
  await rm(out, { recursive: true, force: true });
  await rename(fresh, out);
} finally {
  await Promise.allSettled(builds);
  await rm(fresh, { recursive: true, force: true });
}
