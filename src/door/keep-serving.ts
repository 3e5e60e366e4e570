import { setTimeout as sleep } from 'node:timers/promises';
import type { Upstream } from '../core/door.ts';
import { activate } from './activate.ts';
import { finishExchange } from './exchange.ts';
import { identityOf, type Reached, reach } from './socket-file.ts';
import { note, say, type World } from './world.ts';

const AGAIN_MS = 1000;

/**
 * Docker starts a container again that has crashed, and the app in it waits to be told to serve. The door knows by a
 * connection to the private socket that ends with the app: it then makes room for the next socket, waits for it, and
 * tells the app. A connection that the app has closed for being idle is made anew. Resolves when it is to stop.
 */
export const keepServing = async (world: World, upstream: Upstream, stop: AbortSignal): Promise<void> => {
  let known = world.state.told;
  while (!stop.aborted) {
    try {
      const reached = await reach(upstream.socket ?? '', known, stop);
      known = reached?.identity;
      if (reached) await holdLine(world, { ...reached, upstream, stop });
    } catch (error) {
      if (stop.aborted) return;
      say(`cannot look after ${upstream.container}: ${error}`);
      await pause(stop);
    }
  }
};

interface Line extends Reached {
  readonly upstream: Upstream;
  readonly stop: AbortSignal;
}

/** Resolves when the line ends, or when the app would not serve. */
const holdLine = async (world: World, held: Line): Promise<void> => {
  const { line, stop } = held;
  const ended = new Promise<void>(resolve => line.resume().once('close', () => resolve()));
  const hangUp = (): void => void line.destroy();
  stop.addEventListener('abort', hangUp);
  try {
    if (await isTold(world, held)) await ended;
    else await Promise.race([ended, pause(stop)]);
  } finally {
    stop.removeEventListener('abort', hangUp);
    line.destroy();
  }
};

/** Each process is told once. Nobody opens data that are half exchanged. */
const isTold = async (world: World, { upstream, identity, stop }: Line): Promise<boolean> => {
  if (world.state.told === identity) return true;
  // It was made by another process meanwhile: to be looked at again.
  if ((await identityOf(upstream.socket ?? '')) !== identity) return false;
  await finishExchange(world.settings.data);
  const outcome = await activate(upstream, stop);
  if (!outcome.serves) {
    say(`${upstream.container} does not serve: ${outcome.problem.because}`);
    return false;
  }
  say(`${upstream.container} serves`);
  await note(world, { told: identity }).catch(error => say(`cannot be written down: ${error}`));
  return true;
};

const pause = (signal: AbortSignal): Promise<void> => sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
