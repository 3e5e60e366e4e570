import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { isAlive } from '../../src/engine/process-identity.ts';
import { temporaryFolder } from '../support/folder.ts';
import { repository } from '../support/sources.ts';

const module = pathToFileURL(join(repository, 'src/supervisor/child.ts')).href;

/** Starts a child that would leave a file behind, does this with it, and is killed before anything else. */
const starterIn = (folder: string, then: string): { pid: number; started: string } => {
  const spec = {
    ...{ app: 'demo', release: 'one', config: '', folder, env: {}, host: '127.0.0.1', handover: 'restart' },
    ...{ command: ['sh', '-c', 'touch ran; exec sleep 60'], port: { from: 1, to: 1 }, drainMs: 1000 },
    ...{ data: join(folder, 'data'), log: join(folder, 'log') },
  };
  const program = `
    import { startChild } from ${JSON.stringify(module)};
    const child = startChild({ spec: ${JSON.stringify(spec)}, socket: undefined, port: 1 });
    console.log(JSON.stringify(child.running));
    ${then}
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return JSON.parse(stdout);
};

test('a release whose supervisor dies before it is written down never begins, and leaves nobody behind', async () => {
  const folder = temporaryFolder();
  const child = starterIn(folder, '');
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 10_000 });
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test('one that was told to begin outlives its supervisor', async () => {
  const folder = temporaryFolder();
  const child = starterIn(folder, 'child.begin();');
  try {
    await vi.waitFor(() => expect(existsSync(join(folder, 'ran'))).toBe(true), { timeout: 10_000 });
    expect(isAlive(child)).toBe(true);
  } finally {
    process.kill(child.pid, 'SIGKILL');
  }
});
