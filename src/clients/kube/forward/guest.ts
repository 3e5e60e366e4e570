import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Held, hold, isFull, NOTHING_HELD } from './held.ts';
import { TunnelError } from './tunnel.ts';

/** A connection that came in. */
export interface Guest {
  readonly socket: Socket;
  /** Aborts when it has gone. */
  readonly gone: AbortSignal;
  /** What it has sent. Undefined once it was answered. */
  held: Held | undefined;
  /** Where its bytes go; until there is one, they are only held. */
  tunnel: Duplex | undefined;
}

/** Its bytes are read at once, as many as may be held: so that it is noticed when it goes. */
export const welcome = (socket: Socket): Guest => {
  const gone = new AbortController();
  const guest: Guest = { socket, gone: gone.signal, held: NOTHING_HELD, tunnel: undefined };
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.once('close', () => gone.abort(new Error('it has gone')));
  socket.on('data', (chunk: Buffer) => take(guest, chunk));
  socket.once('end', () => leave(guest));
  return guest;
};

const take = (guest: Guest, chunk: Buffer): void => {
  const { socket, tunnel, held } = guest;
  if (held) guest.held = hold(held, chunk, tunnel !== undefined);
  const goesOn = tunnel ? tunnel.write(chunk) : !isFull(guest.held ?? NOTHING_HELD);
  if (!goesOn) socket.pause();
};

/** How long somebody who will send no more is waited on without a word from the pod, in ms. */
const SILENCE_MS = 60_000;

/** It sends no more, and may still await an answer. The pod cannot be told of it (see `tunnel.ts`). */
const leave = ({ socket, held, tunnel }: Guest): void => {
  if (held?.bytes === 0 && !tunnel) return void socket.destroy();
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
};

/**
 * Both ways, until both are done. Rejects when the tunnel breaks, or ends before the guest was answered: `held` tells
 * which.
 */
export const joined = (guest: Guest, tunnel: Duplex): Promise<void> =>
  new Promise((resolve, reject) => {
    const { socket } = guest;
    // It may have broken while nobody listened yet.
    if (tunnel.destroyed) return reject(tunnel.errored ?? new TunnelError('lost', 'it has ended at once'));
    const stop = (): void => void tunnel.destroy();
    socket.once('close', stop);
    guest.tunnel = tunnel;
    for (const chunk of guest.held?.chunks ?? []) tunnel.write(chunk);
    socket.resume();
    tunnel.on('drain', () => socket.resume());
    tunnel.once('data', (first: Buffer) => {
      guest.held = undefined;
      socket.write(first);
      tunnel.pipe(socket);
    });
    tunnel.once('end', () => guest.held && reject(new TunnelError('ended', 'it has ended without an answer')));
    tunnel.once('error', reject);
    tunnel.once('close', () => {
      socket.off('close', stop);
      guest.tunnel = undefined;
      resolve();
    });
  });

/** How long a guest may take to go once all was said, in ms. */
const GOES_MS = 5_000;

/** The end of the answer is told, and what still comes is read: else the guest could lose the end of the answer. */
export const sayGoodbye = ({ socket }: Guest): void => {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  const late = setTimeout(() => socket.destroySoon(), GOES_MS);
  socket.once('close', () => clearTimeout(late));
};
