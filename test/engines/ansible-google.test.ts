import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeApp } from '../contract/app.ts';
import { type Ran, repository, start } from '../contract/bytechat.ts';
import { withGoogle } from '../contract/gcp.ts';
import { imageProject } from '../contract/image-project.ts';
import { ask } from '../contract/load.ts';
import { withoutAnsible } from '../support/ansible.ts';
import { withoutCluster } from '../support/cluster.ts';

const port = 9700 + (process.pid % 25) * 10;
const templates = join(repository, 'templates', 'ansible');

describe.skipIf(withoutCluster || withoutAnsible)('the playbook for Google Cloud', { timeout: 300_000 }, () => {
  const google = withGoogle();

  test('does, job by job, what deploy does at once; a second run finds nothing to do', async () => {
    const id = `play-${process.pid}`;
    google().addProject(id);
    const { project } = imageProject(
      'play',
      name => `app: { name: ${name}, image: {}, container: { stateless: true }, port: ${port}-${port + 9} }
kubernetes: { cpu: 10m, memory: 128Mi }
`,
    );
    writeApp(join(project, 'app'), { text: 'one' });
    const vars = { bytechat_project: project, bytechat_command: ['node', join(repository, 'bin', 'bytechat.js')] };
    await writeFile(join(project, 'vars.json'), JSON.stringify(vars));
    const run = (...args: string[]): Promise<Ran> => start(project, args, { GOOGLE_CLOUD_PROJECT: id }).ended;
    onTestFinished(async () => {
      await run('destroy', '--target', 'gcp', '--data', '--yes');
      await rm(project, { recursive: true, force: true });
    });
    const play = (how: string): Promise<Ran> =>
      run(
        'ansible',
        how,
        join(templates, 'playbook_deploy_gcp_containers.yml'),
        ...['--inventory', join(templates, 'inventory'), '--extra-vars-file', 'vars.json', '--json'],
      );
    const reportOf = ({ stdout }: Ran) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '').report;

    const checked = await play('check');
    expect(checked, checked.stderr).toMatchObject({ exit: 0 });
    expect([...google().clusters.keys()].filter(name => name.includes(id))).toEqual([]);

    const ran = await play('run');
    expect(ran, ran.stderr + ran.stdout).toMatchObject({ exit: 0 });
    expect(reportOf(ran)).toMatchObject({ ok: true, changed: true });
    expect(await ask(`http://localhost:${port}`)).toBe('one');

    const again = await play('run');
    expect(again, again.stderr).toMatchObject({ exit: 0 });
    expect(reportOf(again)).toMatchObject({ ok: true, changed: false });
  });
});
