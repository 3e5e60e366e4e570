/**
 * `kill -9` of the relay at random moments under load. Whoever was told of a line finds it again: once, at its place, with
 * the same bytes; and the head of the log is the one of what was told. RELAY_KILLS sets how often (150 where everything is tested, else 4),
 * RELAY_SEED the seed, which is printed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chance } from '../chat-app/server/support/chance.ts';
import { folder } from '../chat-app/server/support/folder.ts';
import type { RelayProcess } from '../chat-app/server/support/process.ts';
import { relayCommand, relayProcess } from '../chat-app/server/support/process.ts';
import { comeBack, enter, listen, speak, verify } from '../chat-app/server/support/witness.ts';
import { thorough } from '../support/thorough.ts';

const KILLS = Number(process.env.RELAY_KILLS ?? (thorough ? 150 : 4));
const SEED = Number(process.env.RELAY_SEED ?? Date.now() % 1_000_000);
/** From "nothing is committed" to "all is told". */
const LATEST_KILL_MS = 60;
/** As many as one may say at once. */
const BURST = 30;

const LIMITS = { timeout: 60_000 + KILLS * 10_000 };

test(`${KILLS} kills, seed ${SEED}: no acknowledged line is lost or doubled`, LIMITS, async () => {
  const pick = chance(SEED);
  process.stdout.write(`relay-kill: RELAY_SEED=${SEED} RELAY_KILLS=${KILLS}\n`);
  const dataDir = folder();
  let relay = await start(dataDir);
  const rooms = [await enter(relay.url, 'lobby'), await enter(relay.url, 'kitchen')];
  const talkers = rooms.flatMap(room => room.talkers);
  let cutOff = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const listening = talkers.map(listen);
    for (const talker of talkers) speak(talker, BURST);
    await sleep(pick(LATEST_KILL_MS));
    await relay.process.stop('SIGKILL');
    await Promise.all(listening);
    relay = await start(dataDir);
    for (const talker of talkers) await comeBack(talker, relay.url);
    cutOff += talkers.reduce((sum, { pending }) => sum + pending.size, 0);
  }
  for (const room of rooms) await verify(room, relay.url);
  expect(await relay.process.stop('SIGTERM')).toBe(0);
  const lines = rooms.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  process.stdout.write(
    `relay-kill: ${lines} acknowledged lines are there once, ${cutOff} lines were cut off and said again\n`,
  );
  expect(lines).toBeGreaterThan(KILLS);
});

test('kill -9 in the middle of a backup: the store goes on, and no half backup has the name', LIMITS, async () => {
  const pick = chance(SEED);
  const dataDir = folder();
  const target = join(dataDir, 'copy.db');
  let relay = await start(dataDir);
  const room = await enter(relay.url, 'lobby');
  for (let kill = 0; kill < 3; kill++) {
    const listening = room.talkers.map(listen);
    for (const talker of room.talkers) speak(talker, BURST);
    const backup = relayCommand({ DATA_DIR: dataDir }, ['backup', target]);
    await sleep(100 + pick(400));
    await backup.stop('SIGKILL');
    await relay.process.stop('SIGKILL');
    await Promise.all(listening);
    if (existsSync(target)) await checkCopy(target);
    relay = await start(dataDir);
    for (const talker of room.talkers) await comeBack(talker, relay.url);
  }
  await verify(room, relay.url);
  await relay.process.stop('SIGTERM');
});

test('a backup during load restores to a log that holds, and what it replaces is kept', LIMITS, async () => {
  const dataDir = folder();
  const target = join(folder(), 'copy.db');
  const relay = await start(dataDir);
  const room = await enter(relay.url, 'lobby');
  const listening = room.talkers.map(listen);
  for (const talker of room.talkers) speak(talker, BURST);
  const backup = relayCommand({ DATA_DIR: dataDir }, ['backup', target]);
  expect(await backup.exited).toBe(0);
  const early = relayCommand({ DATA_DIR: dataDir }, ['restore', target]);
  expect(await early.exited).toBe(1);
  expect(early.lines[0]).toMatchObject({ code: 'store-in-use' });
  await relay.process.stop('SIGTERM');
  await Promise.all(listening);
  const restored = relayCommand({ DATA_DIR: dataDir }, ['restore', target]);
  expect(await restored.exited).toBe(0);
  expect(existsSync(String(restored.lines[0]?.kept))).toBe(true);
  const after = await start(dataDir);
  await verify({ ...room, acknowledged: new Map() }, after.url);
  await after.process.stop('SIGTERM');
});

async function checkCopy(target: string): Promise<void> {
  const restored = relayCommand({ DATA_DIR: folder() }, ['restore', target]);
  expect(await restored.exited).toBe(0);
}

async function start(dataDir: string): Promise<{ process: RelayProcess; url: string }> {
  const relay = relayProcess({ DATA_DIR: dataDir, PORT: '0' });
  const { port } = await relay.logged('listening');
  return { process: relay, url: `ws://127.0.0.1:${port}/ws` };
}
