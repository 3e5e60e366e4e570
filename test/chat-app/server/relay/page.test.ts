import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { decodeRelayFrame } from '../../../../chat-app/protocol/frames.ts';
import type { Entry } from '../../../../chat-app/protocol/log.ts';
import { entryBytes } from '../../../../chat-app/protocol/log.ts';
import { binaryFrame, textFrame } from '../../../../chat-app/server/framing.ts';
import { compose, cut, keyFrames, recipients } from '../../../../chat-app/server/relay/page.ts';
import { random } from '../support/guest.ts';

/** What a browser would make of these bytes. */
async function read(bytes: readonly Uint8Array[], count: number): Promise<RelayFrame[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_, { socket }) => {
    for (const part of bytes) socket.write(part);
  });
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const frames: RelayFrame[] = [];
  await new Promise<void>(resolve => {
    socket.on('message', (data: Buffer, isBinary) => {
      frames.push(decodeRelayFrame(isBinary ? new Uint8Array(data) : data.toString()));
      if (frames.length === count) resolve();
    });
  });
  socket.terminate();
  server.close();
  return frames;
}

const row = (entry: Entry, seq: number) => ({
  room: 1,
  seq,
  at: 0,
  sender: 1,
  body: Buffer.from(entryBytes(entry)),
  keys: null,
});
const ENTRIES: Entry[] = [
  { type: 'join', bundle: random(290) },
  { type: 'msg', msg: random(200) },
  { type: 'plain', plain: random(96) },
  { type: 'msg', msg: random(4232) },
  { type: 'leave', bundleId: random(32), reason: 4 },
];
const SEQ = 2 ** 40;

test('entries are the frames that the protocol knows', async () => {
  const page = compose(ENTRIES.map((entry, at) => row(entry, SEQ + at)));
  expect(await read([page.bytes], 5)).toEqual(ENTRIES.map((entry, at) => ({ ...entry, seq: SEQ + at })));
});

test('a member gets its part of a page, its envelopes directly before their message', async () => {
  const keys = Buffer.concat([
    random(56),
    ...[1, 2, 3].flatMap(of => [Buffer.alloc(8, of), Buffer.alloc(125, 16 + of)]),
  ]);
  expect(recipients(keys).map(sid => sid[0])).toEqual([1, 2, 3]);
  const page = compose(ENTRIES.map((entry, at) => row(entry, at + 1)));
  const own = keyFrames(keys)[1] ?? Buffer.alloc(0);
  const parts = cut(page, [1, 4], [{ at: page.starts[3] ?? 0, frame: own }]);
  const key = new Uint8Array([...keys.subarray(0, 56), ...new Uint8Array(125).fill(18)]);
  const frame = (at: number) => ({ ...ENTRIES[at], seq: at + 1 });
  expect(await read(parts, 4)).toEqual([frame(1), frame(2), { type: 'key', key }, frame(3)]);
});

test('however a page is cut, the parts are the whole', () => {
  const page = compose(ENTRIES.map((entry, at) => row(entry, at + 1)));
  fc.assert(
    fc.property(fc.nat(5), at => {
      expect(Buffer.concat([...cut(page, [0, at]), ...cut(page, [at, 5])])).toEqual(page.bytes);
    }),
  );
});

test.each([0, 125, 126, 65_535, 65_536, 100_000])('frames of %d bytes', async size => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_, { socket }) => {
    socket.write(textFrame('x'.repeat(size)));
    socket.write(binaryFrame(new Uint8Array(size).fill(7)));
  });
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: [Buffer, boolean][] = [];
  await new Promise<void>(resolve => {
    socket.on('message', (data: Buffer, isBinary) => got.push([data, isBinary]) === 2 && resolve());
  });
  expect(got).toEqual([
    [Buffer.from('x'.repeat(size)), false],
    [Buffer.alloc(size, 7), true],
  ]);
  socket.terminate();
  server.close();
});
