/** Docker's command line as it is found on other people's machines. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytechat, repository, start } from '../contract/bytechat.ts';
import { ask } from '../contract/load.ts';
import { withoutDocker } from '../support/docker.ts';
import { temporaryFolder, writeProgram } from '../support/folder.ts';
import { dockerProject, SERVER, tagsOf } from './support/project.ts';

/** A folder before all others in PATH, with a program in the place of docker. */
const pathWith = async (program: (real: string) => string): Promise<{ PATH: string }> => {
  const real = (await promisify(execFile)('which', ['docker'])).stdout.trim();
  const folder = temporaryFolder();
  writeProgram(folder, 'docker', program(real));
  return { PATH: `${folder}:${process.env.PATH}` };
};

/** As a client answers that has no such plugin. */
const withoutBuildx = (real: string): string => `#!/bin/sh
if [ "$1" = buildx ]; then
  echo "docker: 'buildx' is not a docker command." >&2
  echo "See 'docker --help'" >&2
  exit 1
fi
exec ${real} "$@"
`;

const NOBODY = 65_534;

describe.skipIf(withoutDocker)('a docker', { timeout: 120_000 }, () => {
  test('without buildx builds nothing, and runs what is there', async () => {
    const env = await pathWith(withoutBuildx);
    const project = await dockerProject({});
    for (const words of [['docker', 'build'], ['deploy']]) {
      const ran = await start(project.folder, words, env).ended;
      expect(ran, ran.stderr).toMatchObject({ exit: 3 });
      expect(ran.stderr).toMatch(/Docker is here without buildx.*buildx-missing/);
      expect(ran.stderr).toContain('https://docs.docker.com/go/buildx');
    }
    expect(await tagsOf(project.name)).toEqual([]);
    const { stdout: url } = await bytechat(project.folder, 'deploy');
    expect(await ask(url.trim())).toBe('fine');
    project.write({ 'app/server.js': SERVER.replace('fine', 'new') });
    expect(await bytechat(project.folder, 'docker', 'build')).toMatchObject({ exit: 0 });
    expect(await start(project.folder, ['deploy'], env).ended).toMatchObject({ exit: 0 });
    expect(await ask(url.trim())).toBe('new');
  });

  test('that is not installed is asked for', async () => {
    const project = await dockerProject({});
    const ran = await start(project.folder, ['deploy'], { PATH: temporaryFolder() }).ended;
    expect(ran, ran.stderr).toMatchObject({ exit: 3 });
    expect(ran.stderr).toMatch(/docker is not installed.*tool-missing/);
  });

  test.skipIf(process.getuid?.() !== 0)('whose daemon lets only others in says what to do', async () => {
    const project = await dockerProject({});
    for (const path of ['', ...readdirSync(project.folder, { recursive: true, encoding: 'utf8' })])
      chownSync(join(project.folder, path), NOBODY, NOBODY);
    const home = temporaryFolder();
    chmodSync(home, 0o777);
    const become = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', process.execPath];
    for (const words of [['deploy'], ['status'], ['logs']]) {
      const program = [...become, join(repository, 'bin', 'bytechat.js'), ...words];
      const options = { cwd: project.folder, env: { ...process.env, HOME: home } };
      const failed = await promisify(execFile)('setpriv', program, options).catch(error => error);
      expect(failed).toMatchObject({ code: 3 });
      expect(failed.stderr).toMatch(/Docker may not be used by you.*no-permission/);
      expect(failed.stderr.replaceAll(/\s+/g, ' ')).toContain('sudo usermod -aG docker');
    }
    onTestFinished(() => chownSync(project.folder, 0, 0));
  });
});
