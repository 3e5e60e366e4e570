/** One WebSocket to the relay, read frame by frame. */
import WebSocket from 'ws';
import type { ClientFrame, RelayFrame } from '../protocol/frames.ts';
import { decodeRelayFrame, encodeClientFrame } from '../protocol/frames.ts';
import { SUBPROTOCOL } from '../protocol/suite.ts';
import { ProbeFailure } from './failure.ts';

export interface Connection {
  say(frame: ClientFrame): void;
  /** The next frame; fails with `closed`, `refused`, `unreachable`, or the reason of the signal. */
  hear(): Promise<RelayFrame>;
}

/** Open until the signal says stop. */
export function connect(url: string, signal: AbortSignal): Connection {
  const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false });
  const over = ended(socket, url, signal);
  const heard: RelayFrame[] = [];
  let wake = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer, isBinary) => {
    heard.push(decodeRelayFrame(isBinary ? new Uint8Array(data) : data.toString()));
    wake.resolve();
  });
  return {
    say: frame => socket.send(encodeClientFrame(frame)),
    hear: async () => {
      for (;;) {
        const frame = heard.shift();
        if (frame) return frame;
        await Promise.race([wake.promise, over]);
        wake = Promise.withResolvers();
      }
    },
  };
}

/** Rejects with why there is nothing more to hear. */
function ended(socket: WebSocket, url: string, signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting at the moment.
  promise.catch(() => {});
  socket.on('unexpected-response', (_, { statusCode }) => {
    reject(new ProbeFailure('refused', `${url} answered with HTTP ${statusCode} instead of a WebSocket`));
  });
  socket.on('error', error => reject(new ProbeFailure('unreachable', `${url}: ${describe(error)}`)));
  socket.on('close', code => reject(new ProbeFailure('closed', `${url} closed the connection with ${code}`)));
  signal.addEventListener('abort', () => {
    reject(signal.reason);
    socket.terminate();
  });
  return promise;
}

/** Several addresses of one name fail together, and say so one by one. */
const describe = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(({ message }: Error) => message).join(', ') : error.message;
