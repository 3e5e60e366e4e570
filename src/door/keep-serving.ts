import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Upstream } from '../core/door.ts';
import { activate } from './activate.ts';
import { finishExchange } from './exchange.ts';
import { changeBeside, identityOf, lineTo, removeIfStill } from './socket-file.ts';
import { note, say, type World } from './world.ts';

/** One that starts to listen is refused for a moment: its file is there first. After so long its file is of the past. */
const STALE_MS = 1000;
const AGAIN_MS = 1000;
const LOOK_MS = 50;

/** What is known of the socket file that was seen last. */
interface Seen {
  readonly identity: string;
  /** Somebody has listened there. */
  readonly hasAnswered: boolean;
  readonly since: number;
}

/**
 * Docker starts a container again that has crashed, and the app in it waits to be told to serve. The door knows by a
 * connection to the private socket that ends with the app: it then makes room for the next socket, waits for it, and
 * tells the app. A connection that the app has closed for being idle is made anew. Resolves when it is to stop.
 */
export const keepServing = async (world: World, upstream: Upstream, stop: AbortSignal): Promise<void> => {
  let seen: Seen | undefined;
  while (!stop.aborted) {
    try {
      seen = await look(world, { upstream, seen, stop });
    } catch (error) {
      if (stop.aborted) return;
      say(`cannot look after ${upstream.container}: ${error}`);
      await sleep(AGAIN_MS);
    }
  }
};

interface Look {
  readonly upstream: Upstream;
  readonly seen: Seen | undefined;
  readonly stop: AbortSignal;
}

const look = async (world: World, { upstream, seen: before, stop }: Look): Promise<Seen | undefined> => {
  const socket = upstream.socket ?? '';
  const identity = await identityOf(socket);
  if (identity === undefined) {
    await changeBeside(socket, AGAIN_MS, stop);
    return undefined;
  }
  const first = { identity, hasAnswered: identity === world.state.told, since: performance.now() };
  const seen = before?.identity === identity ? before : first;
  const line = await lineTo(socket);
  if (line) await holdLine(world, { upstream, line, identity, stop });
  else await afterRefusal(socket, seen, stop);
  return line ? { ...seen, hasAnswered: true } : seen;
};

interface Line {
  readonly upstream: Upstream;
  readonly line: Socket;
  readonly identity: string;
  readonly stop: AbortSignal;
}

/** Resolves when the line ends, or when the app would not serve. */
const holdLine = async (world: World, { upstream, line, identity, stop }: Line): Promise<void> => {
  const ended = new Promise<void>(resolve => line.resume().once('close', () => resolve()));
  const hangUp = (): void => void line.destroy();
  stop.addEventListener('abort', hangUp);
  try {
    if (stop.aborted || (await isTold(world, { upstream, identity, stop }))) await ended;
    else await Promise.race([ended, sleep(AGAIN_MS, undefined, { signal: stop }).catch(() => {})]);
  } finally {
    stop.removeEventListener('abort', hangUp);
    line.destroy();
  }
};

/** Each process is told once. Nobody opens data that are half exchanged. */
const isTold = async (world: World, { upstream, identity, stop }: Omit<Line, 'line'>): Promise<boolean> => {
  if (world.state.told === identity) return true;
  // It was made by another process meanwhile: to be looked at again.
  if ((await identityOf(upstream.socket ?? '')) !== identity) return false;
  await finishExchange(world.settings.data);
  const outcome = await activate(upstream, stop);
  if (stop.aborted) return true;
  if (!outcome.serves) say(`${upstream.container} does not serve: ${outcome.problem.because}`);
  else {
    say(`${upstream.container} serves`);
    await note(world, { told: identity }).catch(error => say(`cannot be written down: ${error}`));
  }
  return outcome.serves;
};

const afterRefusal = async (socket: string, seen: Seen, stop: AbortSignal): Promise<void> => {
  if (seen.hasAnswered || performance.now() - seen.since > STALE_MS) await removeIfStill(socket, seen.identity);
  else await changeBeside(socket, LOOK_MS, stop);
};
