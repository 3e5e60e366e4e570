/** Disks that are full: Docker's own, and the one that the project lies on. Needs root, to mount small ones. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bytechat, type Ran, start } from '../contract/bytechat.ts';
import { ask } from '../contract/load.ts';
import { type Daemon, ownDaemon } from '../support/daemon.ts';
import { withoutDocker } from '../support/docker.ts';
import { DOCKERFILE, dockerProject, NODE, type Project, SERVER, tagsOf } from './support/project.ts';

const MIB = 1024 * 1024;
const another = { 'app/server.js': SERVER.replace('fine', 'new') };

const deployed = async ({ folder }: Project): Promise<string> => {
  const ran = await bytechat(folder, 'deploy');
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

/** Takes what is left on the disk of a folder, but for so much; gives it back when it is called. */
const fill = (folder: string, butBytes = 0): (() => void) => {
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  execFileSync('fallocate', ['--length', String(Math.floor(bavail * bsize - butBytes)), ballast]);
  return () => rmSync(ballast);
};

const isFull = (ran: Ran): void => {
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 3 });
  expect(ran.stdout + ran.stderr).toContain('disk-full');
  expect(ran.stdout + ran.stderr).toContain('free some space');
};

const isRoot = process.getuid?.() === 0;

describe.skipIf(withoutDocker || !isRoot)("Docker's own disk", { timeout: 240_000 }, () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await ownDaemon({ images: [NODE, 'busybox:1.37'], megabytes: 600 });
    vi.stubEnv('DOCKER_HOST', daemon.host);
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await daemon?.dispose();
  }, 120_000);

  test('that fills up in a build: what serves serves on, and the next deploy converges', async () => {
    const project = await dockerProject({});
    const url = await deployed(project);
    const huge = `FROM busybox:1.37 AS huge\nRUN dd if=/dev/zero of=/huge bs=1M\n${DOCKERFILE}COPY --from=huge /huge /huge\n`;
    project.write({ ...another, Dockerfile: huge });
    const before = await tagsOf(project.name);
    isFull(await bytechat(project.folder, 'deploy'));
    expect(await ask(url)).toBe('fine');
    expect(await tagsOf(project.name)).toEqual(before);
    project.write({ Dockerfile: DOCKERFILE });
    expect(await deployed(project)).toBe(url);
    expect(await ask(url)).toBe('new');
  });

  test('that is full when the new container is to start: the old one serves, and the next deploy converges', async () => {
    const project = await dockerProject({});
    const url = await deployed(project);
    project.write(another);
    expect(await bytechat(project.folder, 'docker', 'build')).toMatchObject({ exit: 0 });
    const free = fill(join(daemon.folder, 'data'));
    isFull(await bytechat(project.folder, 'deploy'));
    expect(await ask(url)).toBe('fine');
    free();
    expect(await deployed(project)).toBe(url);
    expect(await ask(url)).toBe('new');
    expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });
});

describe.skipIf(withoutDocker || !isRoot)('the disk of the project', { timeout: 180_000 }, () => {
  /** Its state on a small disk of its own. */
  const projectOn = async (megabytes: number, dockerfile = DOCKERFILE): Promise<Project & { state: string }> => {
    const project = await dockerProject({ dockerfile });
    const state = join(project.folder, '.bytechat');
    mkdirSync(state, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', state]);
    onTestFinished(() => void execFileSync('umount', [state]));
    return { ...project, state };
  };

  test('that is full or read-only is found before anything is changed', async () => {
    const { state, ...project } = await projectOn(100);
    const url = await deployed(project);
    project.write(another);
    const free = fill(state, 10 * MIB);
    isFull(await bytechat(project.folder, 'deploy'));
    expect(await tagsOf(project.name)).toHaveLength(1);
    free();
    execFileSync('mount', ['-o', 'remount,ro', state]);
    const ran = await bytechat(project.folder, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 3 });
    expect(ran.stderr).toContain('no-permission');
    expect(await ask(url)).toBe('fine');
    execFileSync('mount', ['-o', 'remount,rw', state]);
    expect(await deployed(project)).toBe(url);
    expect(await ask(url)).toBe('new');
  });

  test('that fills up in the middle: the old one serves, and the next deploy converges', async () => {
    const { state, ...project } = await projectOn(100);
    const url = await deployed(project);
    project.write({
      ...another,
      Dockerfile: DOCKERFILE.replace(
        'FROM',
        `FROM busybox:1.37 AS slow\nRUN : ${randomUUID()}; echo it waits $((1 + 1)); sleep 3\nFROM`,
      ).concat('COPY --from=slow /bin/true /true\n'),
    });
    const running = start(project.folder, ['deploy']);
    await running.said('it waits 2');
    const free = fill(state);
    isFull(await running.ended);
    expect(await ask(url)).toBe('fine');
    free();
    writeFileSync(join(project.folder, 'Dockerfile'), DOCKERFILE);
    expect(await deployed(project)).toBe(url);
    expect(await ask(url)).toBe('new');
    expect(await bytechat(project.folder, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });
});
