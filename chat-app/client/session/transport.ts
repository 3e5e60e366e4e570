import type { Bytes } from '../../protocol/bytes.ts';
import type { Data } from '../../protocol/frames.ts';
import { SUBPROTOCOL } from '../../protocol/suite.ts';

/** As frames are encoded. */
export type ClientData = string | Bytes;

/** What one connection tells; after `closed` nothing more comes. */
export interface Listener {
  frame(data: Data): void;
  /** The WebSocket close code; 1006 when the connection broke. */
  closed(code: number): void;
}

export interface Connection {
  send(frame: ClientData): void;
  /** Nothing more is told about this connection. */
  close(): void;
}

/** How the session reaches a relay. */
export interface Transport {
  open(url: string, listener: Listener): Connection;
}

/** A plain WebSocket with the chat's subprotocol. */
export const webSocketTransport: Transport = {
  open(url, listener) {
    const socket = new WebSocket(url, SUBPROTOCOL);
    const done = new AbortController();
    const { signal } = done;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => listener.frame(received(data)), { signal });
    socket.addEventListener('close', ({ code }) => listener.closed(code), { signal });
    return {
      send: frame => {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame);
      },
      close: () => {
        done.abort();
        socket.close();
      },
    };
  },
};

const received = (data: string | ArrayBuffer): Data => (typeof data === 'string' ? data : new Uint8Array(data));
