/** What happens to people when the processes behind them are killed or replaced. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytechat, type Ran, repository, start } from '../contract/bytechat.ts';
import { ask, loadOn } from '../contract/load.ts';
import { localPlace, processesIn } from '../contract/local.ts';
import type { Place } from '../contract/place.ts';

let place: Place;
let url: string;
beforeEach(async () => {
  place = localPlace('standby');
  place.write({ text: 'one' });
  url = await deployed(await bytechat(place.project, 'deploy'));
});
afterEach(() => place.dispose());

const deployed = async (ran: Ran): Promise<string> => {
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

const status = async () => JSON.parse((await bytechat(place.project, 'status', '--json')).stdout);

const supervisorPid = (): number =>
  JSON.parse(readFileSync(join(place.project, '.bytechat', 'run', 'supervisor.json'), 'utf8')).pid;

test('an app that is killed is started again, and those who asked meanwhile get an answer', async () => {
  const { serving } = await status();
  const load = loadOn(url, 50);
  process.kill(serving.pid, 'SIGKILL');
  await vi.waitFor(async () => expect((await status()).serving.restarts).toBe(1), { timeout: 20_000 });
  expect((await status()).serving.pid).not.toBe(serving.pid);
  const { bodies, failures } = await load.stop();
  // What it was answering when it died is lost; nobody was refused.
  expect(failures.filter(failure => /ECONNREFUSED/.test(failure))).toEqual([]);
  expect(new Set(bodies)).toEqual(new Set(['one']));
});

test('an app whose supervisor is killed serves on, and the next deploy takes care of both', async () => {
  process.kill(supervisorPid(), 'SIGKILL');
  expect(await ask(url)).toBe('one');
  const said = await bytechat(place.project, 'status');
  expect(said.stdout).toContain('supervisor has died');
  place.write({ text: 'two' });
  expect(await ask(await deployed(await bytechat(place.project, 'deploy')))).toBe('two');
  expect(processesIn(join(place.project, '.bytechat', 'releases')).length).toBe(1);
});

test('supervisor and app killed together: the next deploy starts both, on the same port, with the same data', async () => {
  const { serving } = await status();
  for (const pid of [supervisorPid(), serving.pid]) process.kill(pid, 'SIGKILL');
  const said = await bytechat(place.project, 'status');
  expect(said).toMatchObject({ exit: 1 });
  expect(await deployed(await bytechat(place.project, 'deploy'))).toBe(url);
  expect(await ask(`${url}/notes`)).toBe('one\none\n');
});

test('a supervisor of another version takes over without a gap', { timeout: 60_000 }, async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-home-')));
  try {
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(repository, part), join(home, part), { recursive: true });
    appendFileSync(join(home, 'dist', 'supervisor.js'), '\n// a later version\n');
    const before = supervisorPid();
    const load = loadOn(url, 50);
    const ran = await start(place.project, ['deploy'], {}, join(home, 'bin', 'bytechat.js')).ended;
    expect(await deployed(ran)).toBe(url);
    expect(supervisorPid()).not.toBe(before);
    const { bodies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(new Set(bodies)).toEqual(new Set(['one']));
    expect(
      await start(place.project, ['plan', '--detailed-exitcode'], {}, join(home, 'bin', 'bytechat.js')).ended,
    ).toMatchObject({
      exit: 0,
    });
    await vi.waitFor(() => expect(() => process.kill(before, 0)).toThrow(), { timeout: 20_000 });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
