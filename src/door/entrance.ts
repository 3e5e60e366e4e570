import { createServer, type Server, type Socket } from 'node:net';
import type { Upstream } from '../core/door.ts';
import { type Guest, handOver, hear } from './guest.ts';
import { cut, join } from './join.ts';
import { proxyHeader } from './proxy-header.ts';
import { connectTo, type Route } from './route.ts';

/** All connections, and where new ones are led. One object, changed only by the functions of this file. */
export interface Entrance {
  readonly server: Server;
  /** How long a connection waits for a release that does not answer, in ms. */
  readonly patienceMs: number;
  /** In the order in which they have come. */
  readonly waiting: Set<Guest>;
  /** Connections that are led on. */
  readonly open: Set<Socket>;
  /** Connections to a release that have neither arrived nor failed. */
  readonly onTheWay: Set<Socket>;
  readonly whenSettled: (() => void)[];
  /** `held`: new connections wait. `closed`: there is no release to lead them to. */
  way: Route | 'held' | 'closed';
  trying?: NodeJS.Timeout | undefined;
}

/** As many as the system's own queue holds. */
const MOST_WAITING = 4096;
const AGAIN_MS = 50;
const KEEP_ALIVE_MS = 60_000;

export const newEntrance = (patienceMs: number): Entrance => {
  const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  const entrance: Entrance = {
    server: createServer(options, socket => letIn(entrance, socket)),
    patienceMs,
    waiting: new Set(),
    open: new Set(),
    onTheWay: new Set(),
    whenSettled: [],
    way: 'closed',
  };
  return entrance;
};

/** New connections are led there, and those that wait. */
export const leadTo = (entrance: Entrance, upstream: Upstream): void => {
  if (typeof entrance.way === 'object' && entrance.way.upstream === upstream) return;
  setOut(entrance, { upstream, isDown: false });
  const until = performance.now() + entrance.patienceMs;
  for (const guest of entrance.waiting) {
    guest.until = until;
    goOn(entrance, guest);
  }
};

/** New connections wait. */
export const holdAll = (entrance: Entrance): void => {
  if (entrance.way === 'held') return;
  setOut(entrance, 'held');
  for (const guest of entrance.waiting) goOn(entrance, guest);
};

/** Resolves when no connection is on its way to a release any more: each has arrived, or waits. */
export const settled = async (entrance: Entrance): Promise<void> => {
  if (entrance.onTheWay.size > 0) await new Promise<void>(resolve => entrance.whenSettled.push(resolve));
};

/** Whoever waits or comes is turned away. */
export const turnAway = (entrance: Entrance): void => {
  setOut(entrance, 'closed');
  for (const guest of entrance.waiting) dismiss(entrance, guest);
};

export const closeEntrance = (entrance: Entrance): void => {
  entrance.server.close();
  turnAway(entrance);
  for (const socket of entrance.open) socket.destroy();
};

const setOut = (entrance: Entrance, way: Entrance['way']): void => {
  clearTimeout(entrance.trying);
  entrance.trying = undefined;
  entrance.way = way;
};

const letIn = (entrance: Entrance, socket: Socket): void => {
  socket.on('error', () => {});
  if (entrance.way === 'closed' || !hasRoom(entrance)) {
    cut(socket);
    return;
  }
  const guest: Guest = { socket, until: performance.now() + entrance.patienceMs, isOnTheWay: false };
  entrance.waiting.add(guest);
  socket.once('close', () => entrance.waiting.delete(guest));
  goOn(entrance, guest);
};

/** When it is full, one who says no more makes room: it has most likely gone. */
const hasRoom = (entrance: Entrance): boolean => {
  if (entrance.waiting.size < MOST_WAITING) return true;
  for (const guest of entrance.waiting) {
    if (!guest.socket.readableEnded) continue;
    dismiss(entrance, guest);
    return true;
  }
  return false;
};

const dismiss = (entrance: Entrance, guest: Guest): void => {
  if (entrance.waiting.delete(guest)) cut(guest.socket);
};

const goOn = (entrance: Entrance, guest: Guest): void => {
  const { way } = entrance;
  if (guest.isOnTheWay) return;
  if (typeof way === 'object' && !way.isDown) setOff(entrance, guest, way);
  else hear(guest, () => dismiss(entrance, guest));
};

const setOff = (entrance: Entrance, guest: Guest, way: Route): void => {
  guest.isOnTheWay = true;
  const leave = (): void => {
    guest.isOnTheWay = false;
    entrance.onTheWay.delete(upstream);
    if (entrance.onTheWay.size === 0) for (const resolve of entrance.whenSettled.splice(0)) resolve();
  };
  const upstream = connectTo(way, {
    arrived: () => {
      lead(entrance, guest, { upstream, way });
      leave();
      if (way.isDown) comeUp(entrance, way);
    },
    failed: () => {
      leave();
      goDown(entrance, way);
      if (entrance.waiting.has(guest)) goOn(entrance, guest);
    },
  });
  entrance.onTheWay.add(upstream);
};

const lead = (entrance: Entrance, guest: Guest, to: { readonly upstream: Socket; readonly way: Route }): void => {
  const { socket } = guest;
  if (!entrance.waiting.delete(guest) || socket.destroyed) {
    cut(to.upstream);
    return;
  }
  entrance.open.add(socket);
  socket.once('close', () => entrance.open.delete(socket));
  if (to.way.upstream.proxyProtocol) to.upstream.write(proxyHeader(socket));
  handOver(guest, to.upstream);
  join(socket, to.upstream);
};

/** The release answers again: all follow. */
const comeUp = (entrance: Entrance, way: Route): void => {
  way.isDown = false;
  if (entrance.way !== way) return;
  clearTimeout(entrance.trying);
  entrance.trying = undefined;
  for (const guest of entrance.waiting) goOn(entrance, guest);
};

const goDown = (entrance: Entrance, way: Route): void => {
  way.isDown = true;
  if (entrance.way === way) entrance.trying ??= setTimeout(() => tryAgain(entrance, way), AGAIN_MS);
};

/** One tries for all, the one that came first. Who has waited for long enough is turned away. */
const tryAgain = (entrance: Entrance, way: Route): void => {
  entrance.trying = undefined;
  for (const guest of entrance.waiting) {
    if (guest.until > performance.now()) break;
    dismiss(entrance, guest);
  }
  const [first] = entrance.waiting;
  if (!first) way.isDown = false;
  else if (!first.isOnTheWay) setOff(entrance, first, way);
};
