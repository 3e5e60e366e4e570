/** One client's connection, as little as possible: frames out, frames in, and the bare socket for the generator. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

export interface Frame {
  isText: boolean;
  data: Buffer;
}

export interface Wire {
  socket: Socket;
  say(data: string | Uint8Array): void;
  /** The next frame; rejects when the connection has ended. */
  hear(): Promise<Frame>;
  /** Nothing is read any more from now on: the socket can be handed over. */
  still(): void;
  /** Whatever still comes is read, and thrown away but for pings. */
  ignore(): void;
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Fails when the server refuses. */
export async function webSocket(port: number, path: string, protocol?: string): Promise<Wire> {
  const socket = await tcp(port);
  const offer = protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : '';
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${offer}\r\n`,
  );
  const inbox = reader(socket);
  const head = await inbox.next(takeHead);
  if (!head.data.includes(' 101 ')) throw new Error(`no WebSocket: ${head.data.toString('latin1', 0, 60)}`);
  const wire: Wire = {
    socket,
    say: data => socket.write(masked(typeof data === 'string' ? 0x81 : 0x82, Buffer.from(data))),
    hear: async () => {
      for (;;) {
        const frame = await inbox.next(takeFrame);
        if (frame.opcode === 9) socket.write(masked(0x8a, frame.data));
        else if (frame.opcode === 8) throw new Error(`closed with ${frame.data.readUInt16BE(0)}`);
        else return { isText: frame.opcode === 1, data: frame.data };
      }
    },
    still: inbox.stop,
    ignore: () => void ignoreAll(wire),
  };
  return wire;
}

/** Pings are answered: whoever does not is cut. */
async function ignoreAll({ hear }: Wire): Promise<void> {
  try {
    for (;;) await hear();
  } catch {
    // The connection has ended.
  }
}

export async function tcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

interface Taken {
  opcode: number;
  data: Buffer;
  used: number;
}

type Take = (data: Buffer) => Taken | undefined;

/** What arrives, cut into pieces by whoever waits for the next one. */
export function reader(socket: Socket) {
  let rest: Buffer = Buffer.alloc(0);
  let over: Error | undefined;
  let wake = () => {};
  const onData = (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    wake();
  };
  socket.on('data', onData);
  socket.on('error', () => {});
  socket.once('close', () => {
    over = new Error('the connection has ended');
    wake();
  });
  return {
    next: async (take: Take): Promise<Taken> => {
      for (;;) {
        const taken = take(rest);
        if (taken) {
          rest = rest.subarray(taken.used);
          return taken;
        }
        if (over) throw over;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    stop: () => {
      socket.off('data', onData);
      socket.pause();
      if (rest.length > 0) throw new Error(`${rest.length} bytes were read too far`);
    },
  };
}

const takeHead: Take = data => {
  const end = data.indexOf('\r\n\r\n');
  return end < 0 ? undefined : { opcode: 0, data: data.subarray(0, end), used: end + 4 };
};

const takeFrame: Take = data => {
  if (data.length < 2) return undefined;
  const short = (data[1] ?? 0) & 127;
  const header = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < header) return undefined;
  const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  if (data.length < header + length) return undefined;
  return { opcode: (data[0] ?? 0) & 15, data: data.subarray(header, header + length), used: header + length };
};

/** A mask of zeros is a mask. */
function masked(first: number, data: Buffer): Buffer {
  const header = data.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  header[0] = first;
  header[1] = 0x80 | (data.length < 126 ? data.length : 126);
  if (data.length >= 126) header.writeUInt16BE(data.length, 2);
  return Buffer.concat([header, data]);
}
