import { once } from 'node:events';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { SUBPROTOCOL } from '../../../../chat-app/protocol/suite.ts';
import { folder } from '../support/folder.ts';
import { guest } from '../support/guest.ts';
import type { Running, Wanted } from '../support/relay.ts';
import { running } from '../support/relay.ts';

function client(): string {
  const dir = folder();
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), '<title>ByteChat</title>');
  writeFileSync(join(dir, 'icon.svg'), '<svg/>');
  writeFileSync(join(dir, 'assets', 'index-BxY3_k9Q.js'), 'go()');
  return dir;
}

const served = (more: Wanted = {}) => running({ clientDir: client(), ...more });
const get = (relay: Running, path: string, headers: Record<string, string> = {}) =>
  fetch(relay.url + path, { headers });

test('the page for the start and for every room, fresh; assets for ever', async () => {
  const relay = await served();
  for (const path of ['/', '/r/lobby', '/r/a_room-1', '/r/lobby/']) {
    const response = await get(relay, path);
    expect(await response.text()).toBe('<title>ByteChat</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-type')).toContain('text/html');
  }
  const asset = await get(relay, '/assets/index-BxY3_k9Q.js');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await get(relay, '/icon.svg')).headers.get('cache-control')).toBe('no-cache');
});

test('the page of another release is taken for another one, though it has the size and the time of the first', async () => {
  const clientDir = client();
  const page = join(clientDir, 'index.html');
  const relay = await served({ clientDir });
  utimesSync(page, 1, 1);
  const first = await get(relay, '/');
  await first.text();
  writeFileSync(page, '<title>ByteCHAT</title>');
  utimesSync(page, 1, 1);
  // As a browser asks that has the first one; `fetch` would ask for it to be fresh.
  const [tag, time] = [first.headers.get('etag'), first.headers.get('last-modified')];
  const headers = { ...(tag && { 'if-none-match': tag }), ...(time && { 'if-modified-since': time }) };
  const [second] = await once(http.get(relay.url, { headers }), 'response');
  expect({ status: second.statusCode, text: await text(second) }).toEqual({
    status: 200,
    text: '<title>ByteCHAT</title>',
  });
});

test('what is not there is not found, and names no room', async () => {
  const relay = await served();
  const paths = [
    '/r/',
    '/r/Lobby',
    `/r/${'x'.repeat(65)}`,
    '/r/a/b',
    '/nothing',
    '/assets/',
    '/../package.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/ws',
  ];
  for (const path of paths) expect({ path, status: (await get(relay, path)).status }).toEqual({ path, status: 404 });
  expect((await fetch(relay.url, { method: 'POST', body: 'x' })).status).toBe(404);
  expect(relay.logged).toEqual([]);
});

test('a relay without a client serves the rest', async () => {
  const relay = await running();
  expect((await get(relay, '/')).status).toBe(404);
  expect((await get(relay, '/healthz')).status).toBe(200);
});

test('every answer has the security headers; local pages may look for local relays', async () => {
  const relay = await served();
  for (const path of ['/', '/nothing', '/healthz']) {
    const { headers } = await get(relay, path);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
  const elsewhere = await request(relay, { host: 'chat.example.org' });
  expect(elsewhere['content-security-policy']).toContain("connect-src 'self';");
});

/** The headers of an answer to somebody who knows the relay by another name. */
function request({ url }: Running, headers: Record<string, string>): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const asked = http.get(url, { headers, agent: false }, response => {
      response.resume();
      resolve(response.headers);
    });
    asked.on('error', reject);
  });
}

test('health: alive, ready, and whether another local page may ask', async () => {
  const relay = await running();
  const health = await get(relay, '/healthz', { origin: 'http://127.0.0.1:5173' });
  expect(health.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:5173');
  expect(await health.json()).toEqual({ state: 'serving' });
  const foreign = await get(relay, '/healthz', { origin: 'https://evil.example.org' });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  const ready = await get(relay, '/readyz');
  expect({ status: ready.status, body: await ready.json() }).toEqual({ status: 200, body: { state: 'serving' } });
});

test('however often it is asked whether it is ready, it tries once a second', async () => {
  let checks = 0;
  const relay = await running({
    store: store => ({
      ...store,
      check: async () => {
        checks += 1;
        await store.check();
      },
    }),
  });
  for (let nth = 0; nth < 10; nth++) expect((await get(relay, '/readyz')).status).toBe(200);
  expect(checks).toBeLessThan(10);
});

test('metrics are sums, and name nobody', async () => {
  const relay = await running();
  const alice = await guest(relay.socketUrl, 'alice', { room: 'parlour' });
  await alice.join();
  alice.wire.say({ type: 'plain', plain: alice.plain('hello') });
  await alice.wire.hears('plain');
  alice.wire.sayRaw('?');
  await alice.wire.hears('no');
  const text = await (await get(relay, '/metrics')).text();
  for (const line of [
    'bytechat_connections 1',
    'bytechat_rooms 1',
    'bytechat_members 1',
    'bytechat_frames_total 3',
    'bytechat_entries_total{kind="joins"} 1',
    'bytechat_entries_total{kind="plains"} 1',
    'bytechat_refusals_total{code="bad-frame"} 1',
    'bytechat_commits_total 2',
    'bytechat_commit_entries_count 2',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toMatch(/alice|parlour|127\.0\.0\.1/);
  expect(await (await get(relay, '/metrics')).text()).toContain('bytechat_commits_total 2\n');
});

/** The status that a WebSocket handshake is answered with. */
async function handshake(
  relay: Running,
  path: string,
  options: { protocol?: string; origin?: string } = {},
): Promise<number> {
  const { protocol = SUBPROTOCOL, origin } = options;
  const socket = new WebSocket(relay.url.replace('http', 'ws') + path, protocol ? [protocol] : [], {
    ...(origin && { origin }),
  });
  const answer = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number),
  ]);
  socket.on('error', () => {});
  socket.terminate();
  return answer;
}

test('a WebSocket: the path, the origin and the subprotocol are looked at', async () => {
  const relay = await running({ origins: ['https://chat.example.org'] });
  expect(await handshake(relay, '/ws')).toBe(101);
  expect(await handshake(relay, '/ws', { protocol: '' })).toBe(400);
  expect(await handshake(relay, '/ws', { protocol: 'bytechat.e2ee.2' })).toBe(400);
  expect(await handshake(relay, '/other')).toBe(404);
  expect(await handshake(relay, '//')).toBe(404);
  expect(await handshake(relay, '/ws', { origin: 'https://evil.example.org' })).toBe(403);
  expect(await handshake(relay, '/ws', { origin: 'https://chat.example.org' })).toBe(101);
});

test('the subprotocol is agreed and nothing is compressed', async () => {
  const relay = await running();
  const socket = new WebSocket(relay.socketUrl, ['chat', SUBPROTOCOL]);
  await once(socket, 'open');
  expect([socket.protocol, socket.extensions]).toEqual([SUBPROTOCOL, '']);
  socket.terminate();
});

test('while it drains, a request that is on its way is answered, and told not to stay', async () => {
  const relay = await served();
  const { port } = new URL(relay.url);
  const socket = net.connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  const stopped = relay.stop();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [data] = await once(socket, 'data');
  expect(String(data)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(String(data)).toMatch(/connection: close/i);
  await stopped;
  await expect(fetch(relay.url)).rejects.toThrow();
});
