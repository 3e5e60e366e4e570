/**
 * Loaded before the door (`--import`): ends it with SIGKILL at one write, so that no handler of anybody's runs.
 * DIE: `before 3` or `after 3` the third time that it writes down its state; `at 7` after the seventh
 * change of any file, from the first state on: what it does before is its start.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import process from 'node:process';

const [when = '', number = '0'] = (process.env.DIE ?? '').split(' ');
const CHANGES = ['rename', 'rm', 'rmdir', 'mkdir', 'copyFile', 'symlink', 'lchown', 'chmod', 'lutimes'] as const;
let states = 0;
let changes = 0;

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

for (const name of CHANGES) {
  const original = fs[name] as (...args: unknown[]) => Promise<unknown>;
  const dying = async (...args: unknown[]): Promise<unknown> => {
    const isState = name === 'rename' && basename(String(args[1])) === 'door.json';
    if (isState) states += 1;
    if (when === 'before' && isState && states === Number(number)) die();
    const result = await original(...args);
    if (when === 'after' && isState && states === Number(number)) die();
    if (states > 0) changes += 1;
    if (when === 'at' && changes === Number(number)) die();
    return result;
  };
  Object.assign(fs, { [name]: dying });
}
syncBuiltinESMExports();
