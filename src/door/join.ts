import type { Socket } from 'node:net';

/** How long a client may be silent once the release has said its last word and the client has got it, in ms. */
const FAREWELL_MS = 60_000;

/** Passes on all that the one side sends to the other, no faster than it is taken, and each end by itself. */
export const join = (client: Socket, upstream: Socket): void => {
  client.on('error', () => cut(upstream));
  upstream.on('error', () => breakOff(client, upstream));
  client.once('finish', () => client.setTimeout(FAREWELL_MS, () => cut(client)));
  client.once('close', () => {
    if (!upstream.writableEnded) cut(upstream);
  });
  client.pipe(upstream);
  upstream.pipe(client);
};

/** As if the other side had broken the connection itself: a client must be able to tell an answer that was cut off. */
export const cut = (socket: Socket): void => {
  if (!socket.destroyed) socket.resetAndDestroy();
};

/** What the release had said before it broke is still handed over. */
const breakOff = (client: Socket, upstream: Socket): void => {
  if (client.destroyed) return;
  if (upstream.readableEnded) client.destroySoon();
  else client.write('', () => cut(client));
};
