/** What stands beside what in Docker: environments, releases of before, another port; and a log that follows over them. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytechat, start } from '../contract/bytechat.ts';
import { ask, loadOn } from '../contract/load.ts';
import { docker, endIn, withoutDocker } from '../support/docker.ts';
import { freePorts } from '../support/ports.ts';
import { dockerProject, type Project, SERVER } from './support/project.ts';

const saying = (text: string) => ({
  'app/server.js': `console.log('I am ${text}');\n${SERVER.replace("'fine'", `'${text}'`)}`,
});

/** Says how often it has begun on its data. */
const LIVES = `import { appendFileSync, readFileSync } from 'node:fs';
const lives = process.env.DATA_DIR + '/lives';
appendFileSync(lives, '.');
console.log('life', readFileSync(lives).length, 'begins');
`;

const deployed = async ({ folder }: Project, ...more: string[]): Promise<string> => {
  const ran = await bytechat(folder, 'deploy', ...more);
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

const namesOf = async (what: string, { name }: Project): Promise<string[]> => {
  const words = what === 'container' ? ['--all', '--format', '{{.Names}}'] : ['--format', '{{.Name}}'];
  const said = await docker(what, 'ls', ...words, '--filter', `label=bytechat.app=${name}`);
  return said.split('\n').filter(Boolean).sort();
};

describe.skipIf(withoutDocker)('in Docker', { timeout: 180_000 }, () => {
  test('a log is followed over a hand-over, and Ctrl-C ends it', async () => {
    const project = await dockerProject({ files: saying('one') });
    await deployed(project);
    const following = start(project.folder, ['logs', '--follow']);
    await following.said('I am one');
    project.write(saying('two'));
    await deployed(project);
    await following.said('I am two');
    following.kill('SIGINT');
    const { exit, stdout } = await following.ended;
    expect(exit).toBe(0);
    expect(stdout.match(/I am \w+/g)).toEqual(['I am one', 'I am two']);
  });

  test('a log that is followed has the first lines of a release that Docker starts again', async () => {
    const project = await dockerProject({ files: { 'app/server.js': `${LIVES}${SERVER}` } });
    await deployed(project);
    const { container } = JSON.parse((await bytechat(project.folder, 'status', '--json')).stdout).serving;
    const following = start(project.folder, ['logs', '--follow']);
    for (const life of [2, 3, 4]) {
      await following.said(`life ${life - 1} begins`);
      await endIn(container, '/nodejs/bin/node');
      await following.said(`life ${life} begins`);
    }
    following.kill('SIGINT');
    const { stdout } = await following.ended;
    expect(stdout.match(/life \d/g)).toEqual(['life 1', 'life 2', 'life 3', 'life 4']);
  });

  test('environments are beside each other, and go without each other', async () => {
    const other = await freePorts(2);
    const more = `environments:\n  staging:\n    app: { port: ${other}-${other + 1} }\n`;
    const project = await dockerProject({ files: saying('one'), more });
    const url = await deployed(project);
    project.write(saying('two'));
    const staging = await deployed(project, '--env', 'staging');
    expect([await ask(url), await ask(staging)]).toEqual(['one', 'two']);
    const [base, its] = [`bytechat-${project.name}`, `bytechat-${project.name}-staging`];
    expect(await namesOf('network', project)).toEqual([base, its]);
    expect(await namesOf('volume', project)).toEqual(expect.arrayContaining([`${base}-data`, `${its}-data`]));
    expect(await bytechat(project.folder, 'destroy', '--data', '--yes')).toMatchObject({ exit: 0 });
    expect(await ask(staging)).toBe('two');
    expect(await namesOf('network', project)).toEqual([its]);
    expect(await bytechat(project.folder, 'destroy', '--data', '--yes', '--env', 'staging')).toMatchObject({ exit: 0 });
    for (const what of ['network', 'volume', 'container']) expect(await namesOf(what, project)).toEqual([]);
  });

  test('another port is another door, which leads to the release that served', async () => {
    const port = await freePorts(1);
    const project = await dockerProject({ files: saying('one') });
    const url = await deployed(project);
    const release = async () => JSON.parse((await bytechat(project.folder, 'status', '--json')).stdout).serving;
    const before = await release();
    const [from, to] = [`${project.port}-${project.port + 4}`, String(port)];
    const config = readFileSync(`${project.folder}/bytechat.yaml`, 'utf8');
    project.write({ 'bytechat.yaml': config.replace(from, to) });
    const planned = await bytechat(project.folder, 'plan');
    expect(planned.stdout).toMatch(/nobody is let in\s+meanwhile/);
    expect(await deployed(project)).toBe(`http://localhost:${port}`);
    expect(await ask(`http://localhost:${port}`)).toBe('one');
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
    expect(await release()).toMatchObject({ container: before.container, release: before.release });
    expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });

  test('the releases before are kept, as many as the file says, and the newest of them can come back', async () => {
    const project = await dockerProject({ files: saying('one'), more: 'keep: 2\n' });
    const url = await deployed(project);
    const load = loadOn(url, 10);
    for (const text of ['two', 'three', 'four', 'five']) {
      project.write(saying(text));
      await deployed(project);
    }
    expect((await load.stop()).failures).toEqual([]);
    const names = await namesOf('container', project);
    expect(names).toHaveLength(4);
    const said = await Promise.all(names.slice(1).map(name => docker('logs', name)));
    expect(said.sort()).toEqual(['I am five', 'I am four', 'I am three']);
    expect(await bytechat(project.folder, 'rollback')).toMatchObject({ exit: 0 });
    expect(await ask(url)).toBe('four');
  });
});
