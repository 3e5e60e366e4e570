/** One container to try an image with, by a real Docker. */
import { describe, expect, test } from 'vitest';
import { bytechat, start } from '../contract/bytechat.ts';
import { ask } from '../contract/load.ts';
import { docker, withoutDocker } from '../support/docker.ts';
import { dockerProject, type Project, SERVER } from './support/project.ts';

const containersOf = ({ name }: Project, format: string): Promise<string> =>
  docker('ps', '--all', '--filter', `label=bytechat.app=${name}`, '--format', format);

const reportOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '').report;

describe.skipIf(withoutDocker)('docker run', { timeout: 120_000 }, () => {
  test('starts one container, once, which docker stop ends, once', async () => {
    const project = await dockerProject({});
    const first = await bytechat(project.folder, 'docker', 'run');
    expect(first, first.stderr).toMatchObject({ exit: 0, stdout: `http://localhost:${project.port}\n` });
    expect(await ask(first.stdout.trim())).toBe('fine');
    const before = await containersOf(project, '{{.ID}} {{.Names}}');
    const again = await bytechat(project.folder, 'docker', 'run', '--json');
    expect(reportOf(again.stdout)).toMatchObject({ ok: true, changed: false, result: first.stdout.trim() });
    expect(await containersOf(project, '{{.ID}} {{.Names}}')).toBe(before);

    project.write({ 'app/server.js': SERVER.replace('fine', 'new') });
    expect(await bytechat(project.folder, 'docker', 'run')).toMatchObject({ exit: 0, stdout: first.stdout });
    expect(await ask(first.stdout.trim())).toBe('new');

    expect(await bytechat(project.folder, 'docker', 'stop')).toMatchObject({ exit: 0 });
    expect(await containersOf(project, '{{.Names}}')).toBe('');
    const stopped = await bytechat(project.folder, 'docker', 'stop', '--json');
    expect(stopped).toMatchObject({ exit: 0 });
    expect(reportOf(stopped.stdout)).toMatchObject({ ok: true, changed: false });
  });

  test.for([
    ['is never healthy', SERVER.replace("response.end('fine')", "response.writeHead(503).end('not yet')"), 'not yet'],
    ['crashes', `console.error('boom: no database');\nprocess.exit(3);`, 'boom: no database'],
  ] as const)('of an app that %s leaves no container, and says why', async ([, server, said]) => {
    const project = await dockerProject({ files: { 'app/server.js': server } });
    const ran = await bytechat(project.folder, 'docker', 'run');
    expect(ran, ran.stderr).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain(said);
    expect(await containersOf(project, '{{.Names}}')).toBe('');
  });

  test('that is stopped, or killed, is not in the way of the next', async () => {
    const waits = SERVER.replace("response.end('fine')", "response.writeHead(503).end('not yet')");
    const project = await dockerProject({ files: { 'app/server.js': waits } });
    const stopped = start(project.folder, ['docker', 'run', '--json']);
    await stopped.said('answers 503');
    stopped.kill('SIGINT');
    expect(await stopped.ended).toMatchObject({ exit: 130 });
    expect(await containersOf(project, '{{.Names}}')).toBe('');
    const killed = start(project.folder, ['docker', 'run', '--json']);
    await killed.said('answers 503');
    killed.kill('SIGKILL');
    await killed.ended;
    project.write({ 'app/server.js': SERVER });
    const ran = await bytechat(project.folder, 'docker', 'run');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    expect(await ask(ran.stdout.trim())).toBe('fine');
    expect((await containersOf(project, '{{.Names}}')).split('\n')).toHaveLength(1);
  });
});
