/** Behind a proxy that says whose a connection is before the connection itself begins. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { SUBPROTOCOL } from '../../../chat-app/protocol/suite.ts';
import { proxied } from '../../../chat-app/server/proxied.ts';
import { boundSocket } from './support/bound.ts';
import { canSign, certificate } from './support/certificate.ts';
import { folder } from './support/folder.ts';
import { guest } from './support/guest.ts';
import { relayProcess } from './support/process.ts';
import { binaryHeader, binaryHeader4, connectWith, textHeader, through } from './support/proxy.ts';
import type { Running, Wanted } from './support/relay.ts';
import { running } from './support/relay.ts';
import { open } from './support/wire.ts';

const GATE = {
  connections: 1000,
  perAddress: 1,
  handshakes: { perSecond: 1000, burst: 1000 },
  joins: { perSecond: 1000, burst: 1000 },
  rooms: { perSecond: 1000, burst: 1000 },
};
const ASK = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';

const behindProxy = async (wanted: Wanted = {}): Promise<Running & { port: number }> => {
  const relay = await running({ proxyProtocol: true, gate: GATE, ...wanted });
  return { ...relay, port: (relay.app.server.address() as AddressInfo).port };
};

const closed = (socket: Socket): Promise<unknown> => new Promise(resolve => socket.resume().once('close', resolve));

async function answerTo(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

/** The status of a WebSocket that is refused. */
async function refusal({ port }: { port: number }, header: Uint8Array, tls = false): Promise<number> {
  const url = `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}/ws`;
  const socket = new WebSocket(url, SUBPROTOCOL, through(port, header, tls));
  onTestFinished(() => socket.terminate());
  socket.on('error', () => {});
  const [, { statusCode }] = await once(socket, 'unexpected-response');
  return statusCode;
}

test('limits count for the address in the header, in either version; without one, for the proxy', async () => {
  const relay = await behindProxy();
  const from = (header: Uint8Array) => open(relay.socketUrl, through(relay.port, header));
  const unknown = Buffer.from('PROXY UNKNOWN\r\n');
  const local = binaryHeader({ command: 0x20, family: 0, rest: Buffer.alloc(0) });
  await from(textHeader('203.0.113.1'));
  await from(binaryHeader4('203.0.113.2', Buffer.alloc(40)));
  await from(textHeader('2001:db8::1'));
  await from(unknown);
  expect(await refusal(relay, binaryHeader4('203.0.113.1'))).toBe(429);
  expect(await refusal(relay, textHeader('203.0.113.2'))).toBe(429);
  expect(await refusal(relay, textHeader('2001:db8:0:0:ffff::'))).toBe(429);
  expect(await refusal(relay, local)).toBe(429);
});

test('X-Forwarded-For counts if the address in the header is a trusted one, not if the proxy in front is', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.9' };
  const relay = await behindProxy({ trustedProxies: ['203.0.113.1'] });
  const from = (address: string) => open(relay.socketUrl, { headers, ...through(relay.port, textHeader(address)) });
  await from('203.0.113.1');
  await from('203.0.113.2');
  expect(await refusal(relay, textHeader('198.51.100.9'))).toBe(429);
  const forged = await behindProxy({ trustedProxies: ['127.0.0.1'] });
  await open(forged.socketUrl, { headers, ...through(forged.port, textHeader('203.0.113.1')) });
  await open(forged.socketUrl, through(forged.port, textHeader('198.51.100.9')));
});

test.runIf(canSign)('the header comes before TLS, and counts inside it', async () => {
  const relay = await behindProxy({ tls: certificate('proxied') });
  const url = `wss://127.0.0.1:${relay.port}/ws`;
  const one = await guest(url, 'alice', { connect: through(relay.port, textHeader('203.0.113.1'), true) });
  await one.join();
  await open(url, through(relay.port, binaryHeader4('203.0.113.2'), true));
  await open(url, through(relay.port, Buffer.from('PROXY UNKNOWN\r\n'), true));
  expect(await refusal(relay, binaryHeader4('203.0.113.1'), true)).toBe(429);
  expect(await refusal(relay, Buffer.from('PROXY UNKNOWN\r\n'), true)).toBe(429);
  expect(await answerTo(connectWith(relay.port, Buffer.from('\x16\x03\x01')))).toBe('');
  await relay.stop();
  expect(await one.wire.closed).toBe(1012);
});

test('byte by byte, or with the request in one piece, the answer is the same', async () => {
  const { port } = await behindProxy();
  for (const header of [textHeader('203.0.113.1'), binaryHeader4('203.0.113.1')]) {
    expect(await answerTo(connectWith(port, Buffer.concat([header, Buffer.from(ASK)])))).toContain('200 OK');
    const slow = connectWith(port, Buffer.alloc(0)).setNoDelay();
    for (const byte of [...header, ...Buffer.from(ASK)]) {
      await new Promise(resolve => slow.write(Buffer.of(byte), resolve));
    }
    expect(await answerTo(slow)).toContain('200 OK');
    const pipelined = Buffer.from(ASK.replace('connection: close\r\n', '').repeat(50) + ASK);
    const many = await answerTo(connectWith(port, Buffer.concat([header, pipelined])));
    expect(many.split('200 OK').length - 1).toBe(51);
  }
});

test.each([
  ['a request without a header', Buffer.from(ASK)],
  ['a header that is none', Buffer.from('PROXY TCP4 nobody 127.0.0.1 1 2\r\n')],
  ['a header without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
  ['a binary header that is too long', binaryHeader({ family: 0x11, rest: Buffer.alloc(3000) })],
])('%s: the connection is closed without a word, and others go on', async (_, bytes) => {
  const { port } = await behindProxy();
  expect(await answerTo(connectWith(port, bytes))).toBe('');
  expect(await answerTo(connectWith(port, Buffer.concat([textHeader('203.0.113.1'), Buffer.from(ASK)])))).toContain(
    '200 OK',
  );
});

test('who trickles a header, or says nothing, is closed; whoever is gone before is forgotten', async () => {
  const server = createServer((_, response) => response.end('here'));
  const { listener, waiting } = proxied(server, 50);
  onTestFinished(() => void listener.close());
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const { port } = listener.address() as AddressInfo;
  const trickling = connectWith(port, Buffer.from('PROXY '));
  const ticking = setInterval(() => trickling.write('x'), 10);
  onTestFinished(() => clearInterval(ticking));
  const silent = connectWith(port, Buffer.alloc(0));
  const gone = connectWith(port, Buffer.from('PROXY'));
  gone.resetAndDestroy();
  const half = connectWith(port, Buffer.from('PROXY TCP4'));
  half.end();
  await Promise.all([trickling, silent, half].map(closed));
  while (waiting.size > 0) await new Promise(setImmediate);
});

test('slow requests are limited behind a proxy too', { timeout: 60_000 }, async () => {
  const { port } = await behindProxy();
  const slow = connectWith(port, Buffer.concat([textHeader('203.0.113.1'), Buffer.from('GET / HTTP/1.1\r\nhost:')]));
  expect(await answerTo(slow)).toContain('408');
});

test('a relay that stops waits for nobody who has not said whose it is', async () => {
  const relay = await behindProxy();
  const socket = connectWith(relay.port, Buffer.from('PROXY'));
  await once(socket, 'connect');
  expect(await answerTo(connectWith(relay.port, Buffer.concat([textHeader('203.0.113.1'), Buffer.from(ASK)])))).toMatch(
    '200',
  );
  await Promise.all([relay.stop(), closed(socket)]);
});

test('with a socket from a manager, and on the way from standby to release', async () => {
  const { fd, port } = boundSocket();
  const dir = folder();
  const path = join(dir, 'control');
  const env = { DATA_DIR: join(dir, 'data'), LISTEN_FDS: '1', STANDBY_SOCKET: path, PROXY_PROTOCOL: '1' };
  const relay = relayProcess(env, [fd]);
  await relay.logged('standing by');
  const tell = async (verb: string) => {
    const asked = request({ socketPath: path, method: 'POST', path: verb, agent: false }).end();
    const [{ statusCode }] = await once(asked, 'response');
    return statusCode;
  };
  expect(await tell('/activate')).toBe(200);
  const header = textHeader('203.0.113.1');
  expect(await answerTo(connectWith(port, Buffer.from(ASK)))).toBe('');
  const early = connectWith(port, header.subarray(0, 10));
  await once(early, 'connect');
  expect(await answerTo(connectWith(port, Buffer.concat([header, Buffer.from(ASK)])))).toContain('serving');
  expect(await tell('/release')).toBe(200);
  early.write(Buffer.concat([header.subarray(10), Buffer.from(ASK)]));
  expect(await answerTo(early)).toContain('draining');
  expect(await relay.stop('SIGTERM')).toBe(0);
});
