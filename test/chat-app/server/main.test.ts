import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RelayFrame } from '../../../chat-app/protocol/frames.ts';
import { hex } from '../../../chat-app/protocol/text.ts';
import { folder } from './support/folder.ts';
import type { Guest } from './support/guest.ts';
import { again } from './support/guest.ts';
import { guests } from './support/guests.ts';
import { relayProcess } from './support/process.ts';

const env = (change: Record<string, string> = {}) => ({ DATA_DIR: folder(), PORT: '0', ...change });
const socketUrl = (port: unknown) => `ws://127.0.0.1:${port}/ws`;

async function occupied(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

test('says on stdout, as JSON, where it listens; and stops in order on SIGTERM and SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const relay = relayProcess(env());
    const { port, level } = await relay.logged('listening');
    expect(level).toBe('info');
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toEqual({ state: 'serving' });
    expect(await relay.stop(signal)).toBe(0);
    expect(relay.lines.map(({ msg }) => msg)).toEqual(['listening', 'stopping', 'stopped']);
  }
});

test('takes the first free port of a range, and names the range when none is', async () => {
  const { port, server } = await occupied();
  const taken = relayProcess(env({ PORT: `${port}-${port}` }));
  expect(await taken.exited).toBe(1);
  expect(taken.lines[0]).toMatchObject({
    level: 'error',
    code: 'ports-taken',
    msg: expect.stringMatching(`Port ${port} on 127.0.0.1 is in use.*PORT`),
  });
  const relay = relayProcess(env({ PORT: `${port}-${port + 9}` }));
  expect(await relay.logged('listening')).not.toMatchObject({ port });
  server.close();
});

test('a wrong environment is a line that names the variables, and exit code 2', async () => {
  const relay = relayProcess(env({ ROOM_MEMBERS: '1000', LOG_LEVEL: 'loud' }));
  expect(await relay.exited).toBe(2);
  expect(relay.lines[0]).toMatchObject({ level: 'error', code: 'config' });
  expect(relay.lines[0]?.msg).toMatch(/ROOM_MEMBERS.*"1000".*LOG_LEVEL.*"loud"/);
});

test('a second relay on the same folder is refused with the way out', async () => {
  const shared = env();
  await relayProcess(shared).logged('listening');
  const second = relayProcess(shared);
  expect(await second.exited).toBe(1);
  expect(second.lines[0]).toMatchObject({ code: 'store-in-use' });
});

test('SIGTERM under load: what was said is committed and told, then 1012, then exit 0', async () => {
  const relay = relayProcess(env());
  const { port } = await relay.logged('listening');
  const [alice, bob] = (await guests(socketUrl(port), ['alice', 'bob'])) as [Guest, Guest];
  alice.wire.say(alice.first([bob]));
  for (let nth = 0; nth < 30; nth++) alice.wire.say({ type: 'msg', msg: alice.msg() });
  await bob.wire.hears('key');
  const code = relay.stop('SIGTERM');
  expect(await Promise.all([alice.wire.closed, bob.wire.closed])).toEqual([1012, 1012]);
  expect(await code).toBe(0);
});

test('kill -9 under load: every line that anybody was told is there, once, and the log goes on', async () => {
  const shared = env();
  const told = new Map<number, string>();
  for (let round = 0; round < 3; round++) {
    const relay = relayProcess(shared);
    const { port } = await relay.logged('listening');
    const [alice, bob] = (await guests(socketUrl(port), [`alice${round}`, `bob${round}`])) as [Guest, Guest];
    alice.wire.say(alice.first([bob]));
    const talk = setInterval(() => alice.wire.say({ type: 'msg', msg: alice.msg() }), 1);
    const heard = new Map<number, string>();
    for (const { wire } of [alice, bob])
      wire.socket.on('message', (data: Buffer, isBinary) => note(heard, data, isBinary));
    await new Promise<void>(resolve => {
      bob.wire.socket.on('message', () => heard.size > 25 && resolve());
    });
    const ended = relay.stop('SIGKILL');
    await ended;
    clearInterval(talk);
    await alice.wire.closed;
    for (const [seq, msg] of heard) told.set(seq, msg);

    const next = relayProcess(shared);
    const listening = await next.logged('listening');
    const back = await again(socketUrl(listening.port), bob);
    const kept = new Map(messages(await back.resume(0)));
    for (const [seq, msg] of heard) expect(kept.get(seq)).toBe(msg);
    expect(new Set(kept.values()).size).toBe(kept.size);
    expect(await next.stop('SIGTERM')).toBe(0);
  }
  expect(told.size).toBeGreaterThan(75);
});

function note(heard: Map<number, string>, data: Buffer, isBinary: boolean): void {
  if (isBinary && data[0] === 0x81) heard.set(Number(data.readBigUInt64BE(1)), hex(data.subarray(9)));
}

const messages = (frames: RelayFrame[]): [number, string][] =>
  frames.flatMap(frame => (frame.type === 'msg' ? [[frame.seq, hex(frame.msg)] as [number, string]] : []));

test('serves the client that lies beside it or in CLIENT_DIR', async () => {
  const dir = join(folder(), 'client');
  mkdirSync(dir);
  writeFileSync(join(dir, 'index.html'), '<title>ByteChat</title>');
  const relay = relayProcess(env({ CLIENT_DIR: dir }));
  const { port } = await relay.logged('listening');
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('<title>ByteChat</title>');
});
