import { connect } from 'node:net';
import type { Upstream } from '../core/door.ts';

/** An app that is not asked by HTTP may not care that somebody leaves. */
const TAKES_MS = 1000;

/**
 * A connection that has arrived may still wait in the queue of the app's listening socket, and is cut when the app closes
 * that. The queue is served in order: once the app has taken one more, which says nothing and leaves, it has taken all
 * before it. Resolves then, or when it takes too long.
 */
export const lastInLine = ({ host, port, proxyProtocol }: Upstream): Promise<void> =>
  new Promise(resolve => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(TAKES_MS, done);
    for (const event of ['data', 'end', 'error', 'close'] as const) socket.once(event, done);
    socket.once('connect', () => socket.end(proxyProtocol ? 'PROXY UNKNOWN\r\n' : ''));
  });
