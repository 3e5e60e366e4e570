import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { Result } from '../../../chat-app/probe/probe.ts';
import { storeFile } from '../../../chat-app/server/store/open.ts';
import { guest } from '../server/support/guest.ts';
import type { Running } from '../server/support/relay.ts';
import { running } from '../server/support/relay.ts';
import { open } from '../server/support/wire.ts';

const MAIN = join(import.meta.dirname, '../../../chat-app/probe/main.ts');

async function run(...args: string[]): Promise<Result & { exit: number }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const exit = child.exitCode ?? (await once(child, 'exit'))[0];
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  return { ...JSON.parse(text), exit };
}

/** Something that is no relay, on a port of its own. */
async function listening(server: net.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const metrics = async ({ url }: Running) =>
  (await (await fetch(`${url}/metrics`)).text()).split('\n').filter(line => line.startsWith('bytechat_'));

test('talks through the relay, and leaves nothing behind', async () => {
  const relay = await running();
  const alice = await guest(relay.socketUrl, 'alice');
  await alice.join();
  const before = { metrics: await metrics(relay), rows: rows(relay) };
  expect(await run(relay.url)).toEqual({ ok: true, roundTripMs: expect.any(Number), exit: 0 });
  expect({ metrics: await metrics(relay), rows: rows(relay) }).toEqual(before);
  expect(relay.app.relay.counts()).toEqual({ rooms: 1, members: 1, connections: 1, keptRooms: 1, keptKeys: 1 });
  expect(relay.logged).toEqual([]);
  expect(readFileSync(storeFile(relay.dataDir)).includes('speaker')).toBe(false);
});

/** Everything but the one row that a check overwrites. */
function rows({ dataDir }: Running): unknown[] {
  const db = new DatabaseSync(storeFile(dataDir), { readOnly: true });
  const all = ['room', 'identity', 'session', 'entry'].map(table => db.prepare(`SELECT * FROM ${table}`).all());
  db.close();
  return all;
}

test('says what is wrong: usage, nobody there, not a relay, no answer in time', async () => {
  expect(await run()).toMatchObject({ ok: false, code: 'usage', exit: 1 });
  expect(await run('ftp://example.org')).toMatchObject({ ok: false, code: 'usage' });
  expect(await run('http://127.0.0.1:1', '--timeout', 'soon')).toMatchObject({ ok: false, code: 'usage' });
  expect(await run('http://127.0.0.1:1')).toMatchObject({ ok: false, code: 'unreachable', exit: 1 });
  const page = await listening(createServer((_, response) => response.end('hello')));
  expect(await run(page)).toMatchObject({ ok: false, code: 'refused', exit: 1 });
  const silent = await listening(net.createServer(socket => socket.on('error', () => {})));
  expect(await run(silent, '--timeout', '0.3')).toMatchObject({ ok: false, code: 'timeout', exit: 1 });
});

test('a relay that cannot write is not well', async () => {
  const relay = await running({
    store: store => ({
      ...store,
      check: async () => {
        throw new Error('EIO');
      },
    }),
  });
  expect(await run(relay.url)).toMatchObject({ ok: false, code: 'unavailable', exit: 1 });
});

test('the place for probes is no place to stay: two a room, few connections, little time, little room', async () => {
  const relay = await running();
  const probeUrl = `${relay.socketUrl}?probe`;
  const two = [await guest(probeUrl, 'a'), await guest(probeUrl, 'b')];
  for (const one of two) await one.join();
  const third = await guest(probeUrl, 'c');
  third.wire.say(await third.joinFrame());
  expect(await third.wire.upTo('no')).toMatchObject([{ code: 'full', limit: 2 }]);
  third.wire.sayRaw(new Uint8Array(60_000));
  third.wire.sayRaw(new Uint8Array(6000));
  expect(await third.wire.closed).toBe(1008);
  for (let nth = 2; nth < 8; nth++) await open(probeUrl);
  await expect(open(probeUrl)).rejects.toThrow('503');
  await relay.clock.pass(61_000);
  for (const { wire } of two) await wire.close();
  await expect(open(probeUrl)).rejects.toThrow('503');
});

test('what was in it is forgotten with the connections', async () => {
  const relay = await running();
  const probeUrl = `${relay.socketUrl}?probe`;
  const one = await guest(probeUrl, 'a');
  await one.join();
  await one.wire.close();
  const next = await guest(probeUrl, 'a');
  expect(await next.join()).toMatchObject({ seq: 1, members: { length: 1 } });
});
