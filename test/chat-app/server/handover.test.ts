/** Two relays, one listening socket that a parent has bound, and never a client that finds nobody. */

import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundSocket } from './support/bound.ts';
import { folder } from './support/folder.ts';
import type { Guest } from './support/guest.ts';
import { again } from './support/guest.ts';
import { guests } from './support/guests.ts';
import { relayProcess } from './support/process.ts';

function environment(): { shared: Record<string, string>; socket: (name: string) => string } {
  const dir = folder();
  const client = join(dir, 'client');
  mkdirSync(client);
  writeFileSync(join(client, 'index.html'), 'ByteChat');
  return {
    shared: { DATA_DIR: join(dir, 'data'), CLIENT_DIR: client, LISTEN_FDS: '1' },
    socket: name => join(dir, name),
  };
}

interface Answer {
  status: number | undefined;
  body: Record<string, unknown>;
}

/** Asks over a unix socket. */
function ask(socketPath: string, method: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request({ socketPath, method, path, headers, agent: false }, async response => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, body: JSON.parse(text) });
    });
    request.on('error', reject).end();
  });
}

test('a standby says that it could take over, and does so when told', async () => {
  const { fd, port } = boundSocket();
  const { shared, socket } = environment();
  const relay = relayProcess({ ...shared, STANDBY_SOCKET: socket('a') }, [fd]);
  await relay.logged('standing by');
  expect(await ask(socket('a'), 'GET', '/healthz')).toEqual({ status: 200, body: { state: 'standby' } });
  expect(await ask(socket('a'), 'GET', '/readyz')).toEqual({
    status: 200,
    body: { state: 'standby', data: { migrates: false, back: true } },
  });
  expect(await ask(socket('a'), 'POST', '/release')).toMatchObject({ status: 409 });
  const activated = { status: 200, body: { state: 'serving', port } };
  expect(await Promise.all([1, 2].map(() => ask(socket('a'), 'POST', '/activate')))).toEqual([activated, activated]);
  expect(await ask(socket('a'), 'GET', '/healthz')).toEqual({ status: 200, body: { state: 'serving' } });
  expect(await ask(socket('a'), 'GET', '/readyz')).toEqual({ status: 200, body: { state: 'serving' } });
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(await relay.stop('SIGTERM')).toBe(0);
});

test('a standby that could not take over says why, and can still do so later', async () => {
  const { fd } = boundSocket();
  const { shared, socket } = environment();
  const first = relayProcess(shared, [fd]);
  await first.logged('listening');
  const second = relayProcess({ ...shared, STANDBY_SOCKET: socket('b') }, [fd]);
  await second.logged('standing by');
  expect(await ask(socket('b'), 'GET', '/readyz')).toMatchObject({ status: 200 });
  const refused = await ask(socket('b'), 'POST', '/activate');
  expect(refused).toMatchObject({
    status: 500,
    body: { state: 'standby', reason: expect.stringContaining('Another relay') },
  });
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(await ask(socket('b'), 'POST', '/activate')).toMatchObject({ status: 200 });
});

test('one that has released lets the next one serve at once, and still answers what it had accepted', async () => {
  const { fd, port } = boundSocket();
  const { shared, socket } = environment();
  const first = relayProcess({ ...shared, STANDBY_SOCKET: socket('e') }, [fd]);
  await first.logged('standing by');
  await ask(socket('e'), 'POST', '/activate');
  const early = net.connect(port, '127.0.0.1');
  await once(early, 'connect');
  // The relay has accepted it once it answers somebody who came later.
  const alone = { headers: { connection: 'close' } };
  expect((await fetch(`http://127.0.0.1:${port}/healthz`, alone)).status).toBe(200);
  expect(await ask(socket('e'), 'POST', '/release')).toEqual({ status: 200, body: { state: 'draining' } });
  const second = relayProcess({ ...shared, STANDBY_SOCKET: socket('f') }, [fd]);
  await second.logged('standing by');
  expect(await ask(socket('f'), 'POST', '/activate')).toMatchObject({ status: 200 });
  expect((await fetch(`http://127.0.0.1:${port}/readyz`, alone)).status).toBe(200);
  early.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [answer] = await once(early, 'data');
  expect(String(answer)).toContain('200 OK');
  expect(String(answer)).toContain('draining');
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(await second.stop('SIGTERM')).toBe(0);
});

test('without a socket from a manager it binds its own port when told, and closes it when told', async () => {
  const { shared, socket } = environment();
  const { LISTEN_FDS, ...bare } = shared;
  const relay = relayProcess({ ...bare, PORT: '0', STANDBY_SOCKET: socket('own') });
  await relay.logged('standing by');
  const { status, body } = await ask(socket('own'), 'POST', '/activate');
  expect(status).toBe(200);
  const port = Number(body.port);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } })).status).toBe(200);
  const [alice] = (await guests(`ws://127.0.0.1:${port}/ws`, ['alice'])) as [Guest];
  const early = net.connect(port, '127.0.0.1');
  await once(early, 'connect');
  expect((await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
  expect(await ask(socket('own'), 'POST', '/release')).toMatchObject({ status: 200, body: { state: 'draining' } });
  expect(await alice.wire.closed).toBe(1012);
  const [refused] = await once(net.connect(port, '127.0.0.1'), 'error');
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  early.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(String((await once(early, 'data'))[0])).toContain('200 OK');
  const next = relayProcess({ ...bare, PORT: String(port), STANDBY_SOCKET: socket('next') });
  await next.logged('standing by');
  expect(await ask(socket('next'), 'POST', '/activate')).toMatchObject({ status: 200, body: { port } });
  expect(await relay.stop('SIGTERM')).toBe(0);
});

test('a port that somebody else has is told to whoever activates, and may be free later', async () => {
  const { shared, socket } = environment();
  const { LISTEN_FDS, ...bare } = shared;
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as net.AddressInfo;
  const relay = relayProcess({ ...bare, PORT: String(port), STANDBY_SOCKET: socket('taken') });
  await relay.logged('standing by');
  expect(await ask(socket('taken'), 'POST', '/activate')).toMatchObject({
    status: 500,
    body: { state: 'standby', reason: expect.stringContaining(`Port ${port}`) },
  });
  await new Promise(resolve => other.close(resolve));
  expect(await ask(socket('taken'), 'POST', '/activate')).toMatchObject({ status: 200, body: { port } });
});

test('not ready: no client, or a file that is none', async () => {
  const { shared, socket } = environment();
  const { CLIENT_DIR, LISTEN_FDS, ...bare } = shared;
  const relay = relayProcess({ ...bare, STANDBY_SOCKET: socket('c') });
  await relay.logged('standing by');
  expect(await ask(socket('c'), 'GET', '/readyz')).toMatchObject({
    status: 503,
    body: { reason: expect.stringContaining('CLIENT_DIR') },
  });
  expect(await relay.stop('SIGTERM')).toBe(0);
  mkdirSync(shared.DATA_DIR ?? '');
  writeFileSync(join(shared.DATA_DIR ?? '', 'messages.db'), 'x'.repeat(5000));
  const other = relayProcess({ ...bare, CLIENT_DIR: CLIENT_DIR ?? '', STANDBY_SOCKET: socket('c') });
  await other.logged('standing by');
  expect(await ask(socket('c'), 'GET', '/readyz')).toMatchObject({
    status: 503,
    body: { reason: expect.stringContaining('messages.db') },
  });
  expect(await other.stop('SIGINT')).toBe(0);
});

test('a socket file that outlived its process is no hindrance; one that answers is', async () => {
  const { shared, socket } = environment();
  const { LISTEN_FDS, ...bare } = shared;
  const wanted = { ...bare, STANDBY_SOCKET: socket('d') };
  const killed = relayProcess(wanted);
  await killed.logged('standing by');
  await killed.stop('SIGKILL');
  await relayProcess(wanted).logged('standing by');
  const third = relayProcess(wanted);
  expect(await third.exited).toBe(1);
  expect(third.lines[0]).toMatchObject({ code: 'listen', msg: expect.stringContaining('STANDBY_SOCKET') });
});

test('LISTEN_PID of another process: the socket is not for us', async () => {
  const { shared } = environment();
  const relay = relayProcess({ ...shared, PORT: '0', LISTEN_PID: '1' });
  expect(await relay.logged('listening')).toMatchObject({ host: '127.0.0.1' });
});

test('a hand-over: no request fails, nobody is left out, and the talk goes on', async () => {
  const { fd, port } = boundSocket();
  const { shared, socket } = environment();
  const old = relayProcess(shared, [fd]);
  await old.logged('listening');
  const url = `ws://127.0.0.1:${port}/ws`;
  const [alice, bob] = (await guests(url, ['alice', 'bob'])) as [Guest, Guest];
  const first = alice.first([bob]);
  alice.wire.say(first);
  await bob.wire.upTo('msg');

  const asking = { done: false, answers: 0, failed: [] as string[] };
  const clients = Promise.all([1, 2, 3].map(() => keepAsking(port, asking)));
  const fresh = relayProcess({ ...shared, STANDBY_SOCKET: socket('e') }, [fd]);
  await fresh.logged('standing by');
  const stopped = old.stop('SIGTERM');
  expect(await alice.wire.closed).toBe(1012);
  expect(await stopped).toBe(0);
  // Nobody accepts now: whoever connects waits in the socket's queue.
  const late = fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } });
  expect(await ask(socket('e'), 'POST', '/activate')).toMatchObject({ status: 200 });
  expect((await late).status).toBe(200);
  const before = asking.answers;
  const back = await again(url, bob);
  expect((await back.resume(2)).slice(0, 2)).toMatchObject([{ type: 'key' }, { type: 'msg', seq: 3, msg: first.msg }]);
  while (asking.answers < before + 20) await new Promise(setImmediate);
  asking.done = true;
  await clients;
  expect(asking.failed).toEqual([]);
});

/** One request after another, each on a connection of its own. */
async function keepAsking(port: number, asking: { done: boolean; answers: number; failed: string[] }): Promise<void> {
  while (!asking.done) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
      const text = await response.text();
      if (response.status === 200 && text === 'ByteChat') asking.answers += 1;
      else asking.failed.push(`${response.status}`);
    } catch (error) {
      asking.failed.push(String((error as Error).cause ?? error));
    }
  }
}
