/**
 * `kill -9` of supervisor and relay in one moment, at random moments under load; the next deploy starts both again. As in
 * relay-kill.test.ts: whoever was told of a line finds it again, once and at its place. SUPERVISOR_KILLS sets how often,
 * RELAY_SEED the seed, which is printed.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chance } from '../chat-app/server/support/chance.ts';
import { comeBack, enter, listen, speak, verify } from '../chat-app/server/support/witness.ts';
import { bytechat, repository } from '../contract/bytechat.ts';
import { thorough } from '../support/thorough.ts';

const KILLS = Number(process.env.SUPERVISOR_KILLS ?? (thorough ? 60 : 3));
const SEED = Number(process.env.RELAY_SEED ?? Date.now() % 1_000_000);
/** From "nothing is committed" to "all is told". */
const LATEST_KILL_MS = 60;
const BURST = 30;

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-kill-')));
  cpSync(join(repository, 'dist', 'chat-app'), join(project, 'chat'), { recursive: true });
  const first = 7000 + (process.pid % 90) * 10;
  const app = ['name: chat', 'files: chat', 'command: [node, relay.js]', `port: ${first}-${first + 9}`];
  const rest = ['handover: standby', 'health:', '  - http: /readyz'];
  writeFileSync(join(project, 'bytechat.yaml'), ['app:', ...[...app, ...rest].map(line => `  ${line}`), ''].join('\n'));
});
afterEach(async () => {
  await bytechat(project, 'destroy', '--data', '--yes');
  await rm(project, { recursive: true, force: true });
});

async function deploy(): Promise<string> {
  const ran = await bytechat(project, 'deploy');
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return `ws://127.0.0.1:${new URL(ran.stdout.trim()).port}/ws`;
}

/** The supervisor, and what it has started. */
function processes(): number[] {
  const { pid } = JSON.parse(readFileSync(join(project, '.bytechat', 'run', 'supervisor.json'), 'utf8'));
  const children = readdirSync('/proc').filter(each => /^\d+$/.test(each) && parentOf(each) === pid);
  return [pid, ...children.map(Number)];
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

test(`${KILLS} kills of supervisor and relay, seed ${SEED}: no acknowledged line is lost or doubled`, {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  const pick = chance(SEED);
  process.stdout.write(`supervisor-kill: RELAY_SEED=${SEED} SUPERVISOR_KILLS=${KILLS}\n`);
  let url = await deploy();
  const rooms = [await enter(url, 'lobby'), await enter(url, 'kitchen')];
  const talkers = rooms.flatMap(room => room.talkers);
  for (let kill = 0; kill < KILLS; kill++) {
    const listening = talkers.map(listen);
    for (const talker of talkers) speak(talker, BURST);
    await sleep(pick(LATEST_KILL_MS));
    const both = processes();
    expect(both.length).toBe(2);
    // One moment: a supervisor that saw the end of its relay would start another.
    process.kill(both[0] ?? 0, 'SIGSTOP');
    for (const pid of both.toReversed()) process.kill(pid, 'SIGKILL');
    await Promise.all(listening);
    expect(await deploy()).toBe(url);
    for (const talker of talkers) await comeBack(talker, url);
  }
  url = await deploy();
  for (const room of rooms) await verify(room, url);
  const lines = rooms.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  process.stdout.write(`supervisor-kill: ${lines} acknowledged lines are there once\n`);
  expect(lines).toBeGreaterThan(KILLS);
});
