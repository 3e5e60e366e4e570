/** The number of a build can be compared only if everybody who builds these sources gets it. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { folderWith } from '../../support/folder.ts';

const root = join(import.meta.dirname, '../../..');

/** The hash of the page that the sources in this folder give, on a machine with this environment. */
function hashBuiltIn(folder: string, env: NodeJS.ProcessEnv): string {
  const out = join(folderWith({}), 'out');
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stderr } = spawnSync(process.execPath, ['chat-app/build.ts', out], options);
  expect([status, stderr]).toEqual([0, '']);
  return (JSON.parse(readFileSync(join(out, 'client/build.json'), 'utf8')) as { hash: string }).hash;
}

test('the same sources give the same page, in whatever folder and environment', { timeout: 120_000 }, () => {
  // Below the root, so that the same packages are found; ignored by git, as every other build.
  const elsewhere = join(root, `dist.elsewhere.${process.pid}`, 'and', 'deeper');
  onTestFinished(() => rmSync(join(elsewhere, '../..'), { recursive: true, force: true }));
  for (const name of ['chat-app', 'package.json', 'tsconfig.json'])
    cpSync(join(root, name), join(elsewhere, name), { recursive: true });
  const hash = hashBuiltIn(elsewhere, { NODE_ENV: 'development' });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hash).toBe(hashBuiltIn(root, { NODE_ENV: 'production' }));
});
