/** Whatever comes, and however it is cut into pieces: what is heard is what the library alone would hear. */
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { MAX_FRAME_TO_RELAY_BYTES } from '../../../chat-app/protocol/limits.ts';
import type { Source } from '../../../chat-app/server/gate.ts';
import { webSockets } from '../../../chat-app/server/socket.ts';
import type { Link } from '../../../chat-app/server/transport.ts';

const request = {
  method: 'GET',
  url: '/ws',
  headers: {
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  },
} as unknown as IncomingMessage;
const NOWHERE = {} as Source;

interface Heard {
  /** Messages as text, and the end. */
  said: string[];
  /** What the other side was sent, without the answer to the handshake. */
  answered: string;
}

const say = (data: Buffer, isBinary: boolean) => `${isBinary ? 'binary' : 'text'} ${data.toString('hex')}`;

type Serve = (socket: ReturnType<typeof duplexPair>[0], say: (what: string) => void) => EventEmitter;

const ours: Serve = (socket, tell) => {
  const gone = new EventEmitter();
  const transport = webSockets({ left: () => gone.emit('close') });
  const accept = (_: Link) => ({
    received: (data: Buffer, isBinary: boolean) => tell(say(data, isBinary)),
    drained: () => {},
    closed: () => tell('closed'),
  });
  expect(transport.upgrade({ request, socket, head: Buffer.alloc(0), source: NOWHERE }, accept)).toBe(true);
  return gone;
};

const theLibrary: Serve = (socket, tell) => {
  const gone = new EventEmitter();
  const options = { maxPayload: MAX_FRAME_TO_RELAY_BYTES, perMessageDeflate: false, skipUTF8Validation: true };
  new WebSocketServer({ noServer: true, ...options }).handleUpgrade(request, socket, Buffer.alloc(0), ws => {
    ws.on('message', (data: Buffer, isBinary) => tell(say(data, isBinary)));
    ws.on('error', () => {});
    ws.on('close', () => {
      tell('closed');
      gone.emit('close');
    });
  });
  return gone;
};

async function hear(serve: Serve, chunks: readonly Buffer[]): Promise<Heard> {
  const [server, client] = duplexPair();
  const said: string[] = [];
  const answers: Buffer[] = [];
  client.on('data', chunk => answers.push(chunk)).on('error', () => {});
  server.on('error', () => {});
  const gone = serve(server, what => said.push(what));
  const ended = once(gone, 'close');
  // Each has its own, because frames are unmasked where they lie.
  for (const chunk of chunks) {
    if (!client.writable) break;
    client.write(Buffer.from(chunk));
    await new Promise(setImmediate);
  }
  client.end();
  await ended;
  const all = Buffer.concat(answers);
  return { said, answered: all.subarray(all.indexOf('\r\n\r\n') + 4).toString('hex') };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map(each => Buffer.from(each));

const frame = fc
  .record({
    first: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0x82) },
      { weight: 4, arbitrary: fc.constantFrom(0x81, 0x02, 0x01, 0x80, 0x00, 0x89, 0x8a) },
      { weight: 1, arbitrary: fc.constantFrom(0x88, 0xc2, 0x83, 0x09) },
    ),
    mask: fc.oneof(
      fc.constant(Buffer.alloc(4)),
      bytes(4).map(each => Buffer.concat([each, Buffer.alloc(4)], 4)),
    ),
    isMasked: fc.oneof({ weight: 20, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    payload: fc.oneof({ weight: 5, arbitrary: bytes(140) }, { weight: 1, arbitrary: bytes(70_000) }),
  })
  .map(({ first, mask, isMasked, payload }) => {
    const bit = isMasked ? 0x80 : 0;
    const { length } = payload;
    const long = Buffer.alloc(8);
    long.writeUInt32BE(length, 4);
    const head =
      length < 126
        ? Buffer.of(first, bit | length)
        : length < 65_536
          ? Buffer.of(first, bit | 126, length >> 8, length & 255)
          : Buffer.concat([Buffer.of(first, bit | 127), long]);
    const masked = isMasked ? payload.map((byte, nth) => byte ^ (mask[nth % 4] ?? 0)) : payload;
    return Buffer.concat([head, isMasked ? mask : Buffer.alloc(0), masked]);
  });

/** All in one, or cut at these places. */
function cut(all: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map(each => each % (all.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, nth) => all.subarray(start, at[nth] ?? all.length)).filter(({ length }) => length > 0);
}

test('the same is heard and answered as by the library alone', { timeout: 120_000 }, async () => {
  const talk = fc.tuple(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(talk, async ([frames, places]) => {
      const chunks = cut(Buffer.concat(frames), places);
      expect(await hear(ours, chunks)).toEqual(await hear(theLibrary, chunks));
    }),
    { numRuns: 300 },
  );
});

test('a line does not go through the parser of the library, as long as that looks as it is known', async () => {
  const { default: Receiver } = (await import('../../../node_modules/ws/lib/receiver.js' as string)) as {
    default: { prototype: { _write: (...all: unknown[]) => void } };
  };
  const write = Receiver.prototype._write;
  let parsed = 0;
  Receiver.prototype._write = function (...all) {
    parsed += 1;
    return write.apply(this, all);
  };
  try {
    const line = Buffer.concat([Buffer.of(0x82, 0x80 | 126, 1, 137), Buffer.alloc(4), Buffer.alloc(393, 7)]);
    const { said } = await hear(ours, [line, line, Buffer.concat([line, line])]);
    expect(said).toEqual([...Array(4).fill(`binary ${'07'.repeat(393)}`), 'closed']);
    expect(parsed).toBe(0);
  } finally {
    Receiver.prototype._write = write;
  }
});
