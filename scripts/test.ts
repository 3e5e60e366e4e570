/**
 * `npm test`: names what is not here and is therefore left out, then runs everything else. Arguments go to vitest:
 * `npm test -- test/engine`. With BYTECHAT_TEST_ENGINES=required a missing engine is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { missingEngines } from '../test/support/engines.ts';

const root = dirname(import.meta.dirname);
const say = (line: string): boolean => process.stderr.write(`${line}\n`);

const missing = await missingEngines();
for (const { name, without, fix } of missing) say(`without ${name}: ${without} (${fix})`);

const built = existsSync(join(root, 'dist', 'chat-app', 'relay.js'));
if (!built) say('npm test runs the built programs, and dist is not whole: npm run build');

const required = process.env.BYTECHAT_TEST_ENGINES === 'required';
if (!built || (required && missing.some(({ optional }) => !optional))) {
  process.exitCode = 3;
} else {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
