/** Apps that Docker, or what we allow them in it, is too much for; and what is in the way of their containers. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bytechat, type Ran } from '../contract/bytechat.ts';
import { ask, loadOn } from '../contract/load.ts';
import { docker, endIn, withoutDocker } from '../support/docker.ts';
import { DOCKERFILE, dockerProject, type Project, SERVER, type Wanted } from './support/project.ts';

const soon = { timeout: 60_000, interval: 100 };
/** As text was wrapped for people. */
const unwrapped = ({ stderr }: Ran): string => stderr.replaceAll(/\s+/g, ' ');

const deployed = async ({ folder }: Project): Promise<string> => {
  const ran = await bytechat(folder, 'deploy');
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

const statusOf = async ({ folder }: Project) => JSON.parse((await bytechat(folder, 'status', '--json')).stdout);

const containersOf = async ({ name }: Project): Promise<string[]> =>
  (await docker('ps', '--all', '--filter', `label=bytechat.app=${name}`, '--format', '{{.Names}}'))
    .split('\n')
    .filter(Boolean);

const writesAt = (file: string): string =>
  `import { writeFileSync } from 'node:fs';\nwriteFileSync(${file}, 'something');\n${SERVER}`;

describe.skipIf(withoutDocker)('an app in Docker', { timeout: 180_000 }, () => {
  test.for([
    ['its user has a name', { dockerfile: DOCKERFILE.replace('65532:65532', 'nonroot') }],
    ['its image has no folder for data', { files: { 'app/server.js': writesAt("process.env.DATA_DIR + '/file'") } }],
    ['it is root without rights', { dockerfile: DOCKERFILE.replace('65532:65532', 'root') }],
    [
      'it may write where it likes',
      {
        dockerfile: DOCKERFILE.replace('65532:65532', 'root'),
        app: '  container: { writable: true }\n',
        files: { 'app/server.js': writesAt("'/app/file'") },
      },
    ],
  ] satisfies [string, Wanted][])('serves although %s', async ([, wanted]) => {
    const project = await dockerProject(wanted);
    expect(await ask(await deployed(project))).toBe('fine');
    expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });

  test.for([
    ['writes to its image', { files: { 'app/server.js': writesAt("'/app/file'") } }, 'app.container.writable: true'],
    [
      'listens to itself alone',
      { files: { 'app/server.js': SERVER.replace(', HOST', ", '127.0.0.1'") } },
      'let it listen on 0.0.0.0 and on PORT, or correct app.container.port',
    ],
    [
      'listens on another port',
      { files: { 'app/server.js': SERVER.replace('Number(PORT)', '4000') } },
      'let it listen on 0.0.0.0 and on PORT, or correct app.container.port',
    ],
    ['has no program', { dockerfile: DOCKERFILE.replace('server.js"]', 'none.js"]') }, 'Cannot find module'],
    ['is no program', { dockerfile: `FROM busybox:1.37\nCOPY app /app\nCMD ["/app/none"]\n` }, '/app/none'],
  ] as [string, Wanted, string][])('that %s is taken back, and the fix is named', async ([, wanted, said]) => {
    const project = await dockerProject(wanted);
    const ran = await bytechat(project.folder, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 1, stdout: '' });
    expect(unwrapped(ran)).toContain(said);
    expect(await containersOf(project)).toEqual([]);
    expect(await bytechat(project.folder, 'status')).toMatchObject({ exit: 1 });
  });

  test('goes to the next port of its range, and is refused when strangers have them all', async () => {
    const project = await dockerProject({});
    const strangers = await Promise.all(
      [0, 1, 2, 3, 4].map(async index => {
        const server = createServer().listen({ host: '127.0.0.1', port: project.port + index });
        await once(server, 'listening');
        return server;
      }),
    );
    onTestFinished(() => {
      for (const server of strangers) server.close();
    });
    const ran = await bytechat(project.folder, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 3 });
    expect(ran.stderr).toContain('ports-taken');
    expect(await containersOf(project)).toEqual([]);
    strangers[3]?.close();
    expect(await deployed(project)).toBe(`http://localhost:${project.port + 3}`);
  });

  test('leaves a container alone that has its name and is of somebody else', async () => {
    const project = await dockerProject({});
    const theirs = `bytechat-${project.name}`;
    await docker('create', '--name', theirs, 'busybox:1.37', 'true');
    onTestFinished(async () => void (await docker('rm', '--force', theirs).catch(() => {})));
    for (const words of [['deploy'], ['docker', 'run']]) {
      const ran = await bytechat(project.folder, ...words);
      expect(ran, ran.stderr).toMatchObject({ exit: 2 });
      expect(unwrapped(ran)).toMatch(new RegExp(`The container ${theirs} is not of this project +name-taken`));
    }
    expect(await bytechat(project.folder, 'destroy', '--data', '--yes')).toMatchObject({ exit: 0 });
    expect(await docker('ps', '--all', '--quiet', '--filter', `name=^/${theirs}$`)).not.toBe('');
  });

  test('that crashes later is started again, which status tells', async () => {
    const project = await dockerProject({});
    const url = await deployed(project);
    const { serving } = await statusOf(project);
    expect(serving.restarts).toBe(0);
    const load = loadOn(url, 20);
    await endIn(serving.container, '/nodejs/bin/node');
    await vi.waitFor(async () => expect((await statusOf(project)).serving.restarts).toBe(1), soon);
    await vi.waitFor(async () => expect(await ask(url)).toBe('fine'), soon);
    const { failures } = await load.stop();
    // Whoever was inside when it ended is cut off with it; whoever came meanwhile has waited.
    expect(failures.length).toBeLessThanOrEqual(2);
    const told = await bytechat(project.folder, 'status');
    expect(told).toMatchObject({ exit: 0 });
    expect(told.stdout).toMatch(/Restarts +1, after crashes: bytechat logs/);
    expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });

  test('whose door is killed is served again, and one whose door is removed is mended by the next deploy', async () => {
    const project = await dockerProject({});
    const url = await deployed(project);
    const door = `bytechat-${project.name}`;
    const { serving: before } = await statusOf(project);
    await endIn(door, 'node');
    await vi.waitFor(async () => expect(await ask(url)).toBe('fine'), soon);
    await vi.waitFor(async () => expect((await statusOf(project)).ok).toBe(true), soon);

    for (const end of [
      ['kill', door],
      ['rm', '--force', door],
    ]) {
      await docker(...end);
      const told = await bytechat(project.folder, 'status');
      expect(told).toMatchObject({ exit: 1 });
      expect(told.stdout).toContain('does not run');
      expect(await bytechat(project.folder, 'logs')).toMatchObject({ exit: 1 });
      expect(await deployed(project)).toBe(url);
      expect(await ask(url)).toBe('fine');
      expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
    }
    expect((await statusOf(project)).serving.release).toBe(before.release);
  });
});
