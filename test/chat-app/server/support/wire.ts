/** One WebSocket of a test: says frames, and waits for the frames that it is told. */
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import type { ClientFrame, RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { decodeRelayFrame, encodeClientFrame } from '../../../../chat-app/protocol/frames.ts';
import { SUBPROTOCOL } from '../../../../chat-app/protocol/suite.ts';

export type Told<T extends RelayFrame['type']> = Extract<RelayFrame, { type: T }>;

export interface Wire {
  socket: WebSocket;
  challenge: Bytes;
  hello: Told<'hello'>;
  say(frame: ClientFrame): void;
  /** Whatever it is. */
  sayRaw(data: string | Uint8Array): void;
  next(): Promise<RelayFrame>;
  /** The next frame, which has this type. */
  hears<T extends RelayFrame['type']>(type: T): Promise<Told<T>>;
  /** All frames up to the first of this type, itself included. */
  upTo(type: RelayFrame['type']): Promise<RelayFrame[]>;
  /** Everything heard so far, and until the relay has dealt with all that was said. */
  rest(): Promise<RelayFrame[]>;
  /** The close code, once it is closed. */
  closed: Promise<number>;
  close(): Promise<void>;
}

export async function open(url: string, options: WebSocket.ClientOptions = {}): Promise<Wire> {
  const socket = new WebSocket(url, SUBPROTOCOL, options);
  onTestFinished(() => socket.terminate());
  const inbox = queue<RelayFrame>();
  socket.on('message', (data: Buffer, isBinary) => {
    inbox.put(decodeRelayFrame(isBinary ? new Uint8Array(data) : data.toString()));
  });
  const closed = new Promise<number>(resolve => {
    socket.on('close', code => {
      resolve(code);
      inbox.end(new Error(`the connection was closed with ${code}`));
    });
  });
  await once(socket, 'open');
  const hears = async <T extends RelayFrame['type']>(type: T) => {
    const frame = await inbox.take();
    expect(frame).toMatchObject({ type });
    return frame as Told<T>;
  };
  const upTo = async (type: RelayFrame['type']) => {
    const heard = [await inbox.take()];
    while (heard.at(-1)?.type !== type) heard.push(await inbox.take());
    return heard;
  };
  const hello = await hears('hello');
  return {
    socket,
    hello,
    challenge: hello.challenge,
    say: frame => socket.send(encodeClientFrame(frame)),
    sayRaw: data => socket.send(data),
    next: inbox.take,
    hears,
    upTo,
    rest: async () => {
      // Answers come in order: what precedes this one is all there is.
      socket.send('["barrier"]');
      return upToBarrier(inbox);
    },
    closed,
    close: async () => {
      socket.close();
      await closed;
    },
  };
}

async function upToBarrier(inbox: Queue<RelayFrame>): Promise<RelayFrame[]> {
  const heard: RelayFrame[] = [];
  for (;;) {
    const frame = await inbox.take();
    if (frame.type === 'no' && frame.code === 'bad-frame') return heard;
    heard.push(frame);
  }
}

interface Queue<T> {
  put(item: T): void;
  take(): Promise<T>;
  end(why: Error): void;
}

function queue<T>(): Queue<T> {
  const items: T[] = [];
  let wake = () => {};
  let over: Error | undefined;
  return {
    put: item => {
      items.push(item);
      wake();
    },
    take: async () => {
      while (items.length === 0) {
        if (over) throw over;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return items.shift() as T;
    },
    end: why => {
      over = why;
      wake();
    },
  };
}
