import type { Socket } from 'node:net';

/** A client that was let in and is not led on yet. */
export interface Guest {
  readonly socket: Socket;
  /** When it has waited for long enough for a release that does not answer, on the clock of `performance.now()`. */
  until: number;
  isOnTheWay: boolean;
  /** What it has said while it waited: read only so that its going is noticed, and handed over first. */
  said?: Buffer[];
}

/** The rest is left with the system, which tells the client to stop. */
const MOST_BYTES = 16 * 1024;

/**
 * From now on its going is noticed: an end before it has said anything is told by `gone`. After it has said something
 * an end may only mean that it waits for an answer. Who has to wait but for a moment is not heard: it costs time.
 */
export const hear = (guest: Guest, gone: () => void): void => {
  const { socket } = guest;
  if (guest.said) return;
  if (socket.readableEnded) gone();
  const said: Buffer[] = [];
  guest.said = said;
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    said.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) socket.pause();
  });
  socket.once('end', () => {
    if (bytes === 0) gone();
  });
};

/** Hands over what it has said so far to the release that it is led to. */
export const handOver = ({ socket, said }: Guest, upstream: Socket): void => {
  if (!said) return;
  socket.removeAllListeners('data').pause();
  for (const chunk of said) upstream.write(chunk);
};
