/** A real WebSocket to a relay. */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Data } from '../implementation/frames.ts';
import { SUBPROTOCOL } from '../implementation/frames.ts';

export interface Socket {
  say(data: Data): void;
  /** Returns when everything that the relay had sent by now has been heard. */
  heardAll(): Promise<void>;
  /** Ends at once, whatever is on its way. */
  cut(): Promise<void>;
}

/** `hear` gets each frame, in order. */
export async function openSocket(url: string, hear: (data: Data) => void): Promise<Socket> {
  const ws = new WebSocket(url, SUBPROTOCOL);
  onTestFinished(() => ws.terminate());
  ws.on('message', (data: Buffer, isBinary) => hear(isBinary ? data : data.toString()));
  await once(ws, 'open');
  return {
    say: data => ws.send(data),
    heardAll: async () => {
      ws.ping();
      await once(ws, 'pong');
    },
    cut: async () => {
      if (ws.readyState === ws.CLOSED) return;
      const closed = once(ws, 'close');
      ws.terminate();
      await closed;
    },
  };
}
