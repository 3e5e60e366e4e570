/** `npm run types`: every part of the repository, each with the globals that it really has. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const failed = ['.', 'chat-app/client'].filter(
  project => spawnSync(process.execPath, [tsc, '--project', join(root, project)], { stdio: 'inherit' }).status !== 0,
);
process.exitCode = failed.length > 0 ? 1 : 0;
