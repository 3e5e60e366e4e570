import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test, vi } from 'vitest';
import { identify } from '../../src/engine/process-identity.ts';
import { bytechat } from '../contract/bytechat.ts';
import { demoProject } from '../support/demo.ts';
import { folderWith } from '../support/folder.ts';
import { onTerminal, PROGRAM, typed } from '../support/terminal.ts';

const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

const isGone = (pid: number): void =>
  expect({ pid, alive: identify(pid) !== undefined }).toEqual({ pid, alive: false });

describe('a deploy that somebody watches', () => {
  test.for([
    [80, 'in colour', []],
    [120, 'without', ['--no-color']],
  ] as const)('draws its steps and gives the terminal back, in %i columns, %s', async ([columns, , options]) => {
    const { project, port } = await demoProject();
    const { screen, exit } = typed(project, ['deploy', ...options], { columns });
    expect(await exit, screen.text()).toBe(0);
    const lines = screen.lines();
    expect(lines[0]).toMatch(/^Deploying demo to local +\d steps$/);
    for (const id of ['check', 'lock', 'release', 'switch', 'health'])
      expect(lines.filter(line => new RegExp(`^ {2}✓ ${id} .* \\d+\\.\\d s$`).test(line))).toHaveLength(1);
    expect(screen.text()).toMatch(
      new RegExp(`✓ Deployed demo \\w{6} to local in .*\\n\\n {2}Open +http://localhost:${port}\\n`),
    );
    expect(screen.widest()).toBeLessThanOrEqual(columns);
    expect(screen.cursorVisible).toBe(true);
    expect(screen.dresses.has('32')).toBe(options.length === 0);
    expect(screen.dresses.size === 0).toBe(options.length > 0);
  });

  test('whose stdout goes elsewhere: there is the address, here are the steps', async () => {
    const { project, port } = await demoProject();
    const line = `"${process.execPath}" "${PROGRAM}" deploy > out && "${process.execPath}" "${PROGRAM}" validate > checked`;
    const { screen, exit } = onTerminal(project, ['sh', '-c', line]);
    expect(await exit, screen.text()).toBe(0);
    expect(readFileSync(join(project, 'out'), 'utf8')).toBe(`http://localhost:${port}\n`);
    expect(screen.text()).toMatch(/✓ health /);
    expect(screen.text()).not.toContain('http://');
    expect(readFileSync(join(project, 'checked'), 'utf8')).toMatch(/^✓ 0 problems in/);
  });

  test('a problem fits the terminal', async () => {
    const project = folderWith({ 'bytechat.yaml': 'app:\n  name: a\n  command: [b]\n  handovr: socket\n' });
    const { screen, exit } = typed(project, ['deploy']);
    expect(await exit).toBe(2);
    expect(screen.lines()[0]).toMatch(/^✗ bytechat\.yaml:4:3 {2}Unknown key "handovr" in app +unknown-key$/);
    expect(screen.widest()).toBeLessThanOrEqual(80);
  });
});

describe('destroy', () => {
  test('shows what goes, and wants the name typed', async () => {
    const { project } = await demoProject();
    expect(await bytechat(project, 'deploy')).toMatchObject({ exit: 0 });
    for (const answer of [`y${ENTER}`, ENTER, CTRL_D, CTRL_C]) {
      const { screen, exit, shows, type } = typed(project, ['destroy']);
      await shows('Type demo to go on (Enter stops):');
      expect(screen.text()).toContain('- delete  process');
      expect(screen.text()).toContain('= keep    the messages in .bytechat/data');
      type(answer);
      expect({ answer, exit: await exit }, screen.text()).toEqual({ answer, exit: answer === CTRL_C ? 130 : 2 });
      expect(screen.text()).toMatch(/\n✗ (Not confirmed +not-confirmed|You stopped it +interrupted)$/m);
    }
    expect(await bytechat(project, 'status')).toMatchObject({ exit: 0 });

    const { screen, exit, shows, type } = typed(project, ['destroy']);
    await shows('(Enter stops):');
    type(`demo${ENTER}`);
    expect(await exit, screen.text()).toBe(0);
    expect(screen.text()).toContain('✓ demo is gone from local');
    expect(await bytechat(project, 'status')).toMatchObject({ exit: 1 });
  });
});

/** A build that never ends, with a child of its own. It writes both numbers once both run. */
const builds = (deaf: boolean): Record<string, string> => {
  const ears = deaf ? "process.on('SIGTERM', () => {});" : '';
  return {
    'src/a': '',
    'child.js': `${ears} require('node:fs').writeFileSync('pids', process.argv[2] + ' ' + process.pid); setInterval(() => {}, 1000);`,
    'build.js': `${ears} require('node:child_process').spawn(process.execPath, ['child.js', String(process.pid)]);
      console.log('building for ever'); setInterval(() => {}, 1000);`,
  };
};
const BUILD = '  build: { command: [node, build.js], inputs: [src], output: out }\n';

const pidsIn = (project: string): Promise<number[]> =>
  vi.waitFor(
    () => {
      const pids = readFileSync(join(project, 'pids'), 'utf8').split(' ').map(Number);
      expect(pids).toHaveLength(2);
      return pids;
    },
    { timeout: 15_000, interval: 20 },
  );

describe('Ctrl-C', () => {
  test('once is orderly: children end, the lock is free, the terminal is as it was', async () => {
    const { project } = await demoProject(BUILD, builds(false));
    const { screen, exit, shows, type } = typed(project, ['deploy']);
    const pids = await pidsIn(project);
    await shows('│ building for ever');
    type(CTRL_C);
    expect(await exit, screen.text()).toBe(130);
    expect(screen.history()).toContain('│ Stopping in order; Ctrl-C again stops at once, leaving the rest undone');
    expect(screen.text()).toContain('! You stopped the deploy. Nothing serves. Exit 130.');
    expect(screen.cursorVisible).toBe(true);
    expect(screen.widest()).toBeLessThanOrEqual(80);
    for (const pid of pids) isGone(pid);
    expect((await bytechat(project, 'lock', 'status')).stdout).toContain('Nobody is deploying here.');

    writeFileSync(join(project, 'build.js'), "require('node:fs').cpSync('app', 'out', { recursive: true });");
    expect(await bytechat(project, 'deploy')).toMatchObject({ exit: 0 });
  });

  test('twice is at once: nobody is waited for, and nobody is left', async () => {
    const { project } = await demoProject(BUILD, builds(true));
    const { screen, exit, shows, type } = typed(project, ['deploy']);
    const pids = await pidsIn(project);
    type(CTRL_C);
    await shows('│ Stopping in order; Ctrl-C again stops at once');
    for (const pid of pids) expect(identify(pid)).toBeDefined();
    type(CTRL_C);
    expect(await exit, screen.text()).toBe(130);
    expect(screen.cursorVisible).toBe(true);
    await vi.waitFor(() => pids.forEach(isGone), { timeout: 2000, interval: 20 });
    expect((await bytechat(project, 'lock', 'status')).stdout).toContain('Nobody is deploying here.');
  });
});
