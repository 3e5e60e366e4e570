import { connect, type Socket } from 'node:net';
import type { Upstream } from '../core/door.ts';

/** The way to one release. */
export interface Route {
  readonly upstream: Upstream;
  /** Where its name has led last. Looked up anew once nobody answers there. */
  address?: string | undefined;
  /** True while it does not answer: one guest tries for all. */
  isDown: boolean;
}

interface Outcome {
  readonly arrived: () => void;
  readonly failed: () => void;
}

/** A container that is paused, or gone with its network, says nothing at all. */
const ANSWERS_WITHIN_MS = 2000;
const KEEP_ALIVE_MS = 60_000;

/** A connection to it, which either arrives or fails, whatever the reason. */
export const connectTo = (route: Route, { arrived, failed }: Outcome): Socket => {
  const { host, port } = route.upstream;
  const socket = connect({
    host: route.address ?? host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    autoSelectFamily: false,
  });
  const fail = (): void => {
    route.address = undefined;
    socket.destroy();
    failed();
  };
  socket.setTimeout(ANSWERS_WITHIN_MS).once('timeout', fail).once('error', fail);
  socket.once('connect', () => {
    socket.setTimeout(0).off('timeout', fail).off('error', fail);
    socket.on('error', () => {});
    route.address = socket.remoteAddress;
    arrived();
  });
  return socket;
};
