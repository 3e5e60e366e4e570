import type { Upstream } from '../core/door.ts';
import { holdAll, leadTo, turnAway } from './entrance.ts';
import { keepServing } from './keep-serving.ts';
import { inOrder, note, type State, say, type World } from './world.ts';

/**
 * Makes the entrance, the end of a hold and the line to the app what the state says: the entrance at once. Resolves
 * when nobody tells another app to serve any more.
 */
export const follow = async (world: World): Promise<void> => {
  const { hold, current, left, change } = world.state;
  if (hold) holdAll(world.entrance);
  else if (current) leadTo(world.entrance, current);
  else turnAway(world.entrance);
  clearTimeout(world.expiry);
  const expire = (): void => void inOrder(world, () => expired(world)).catch(error => say(String(error)));
  world.expiry = hold && !change ? setTimeout(expire, Math.max(0, hold.until - Date.now())) : undefined;
  await keep(world, left || change || current?.socket === undefined ? undefined : current);
};

const keep = async (world: World, wanted: Upstream | undefined): Promise<void> => {
  const { keeping } = world;
  if (keeping?.upstream === wanted) return;
  world.keeping = undefined;
  await keeping?.stop();
  if (!wanted) return;
  const stop = new AbortController();
  const kept = keepServing(world, wanted, stop.signal);
  const end = (): Promise<void> => {
    stop.abort();
    return kept;
  };
  world.keeping = { upstream: wanted, stop: end };
};

/** New connections wait, from now on or longer: the time begins anew. */
export const held = ({ state, settings }: World): Pick<State, 'hold'> => {
  const now = Date.now();
  return { hold: { since: state.hold?.since ?? now, until: now + settings.holdMs } };
};

/** What a failed switch has left is forgotten. */
export const released: Partial<State> = { hold: undefined, left: undefined, doubt: undefined };

/** Whoever held has not come back. The one that may have the data is the only one that may serve. */
const expired = async (world: World): Promise<void> => {
  const { hold, doubt, current } = world.state;
  if (!hold || Date.now() < hold.until) return;
  const next = doubt ?? current;
  say(`held for too long: leads to ${next?.container ?? 'nothing'}`);
  try {
    await note(world, { ...released, ...(doubt && forward(world, doubt)) });
  } finally {
    await follow(world);
  }
};

const forward = ({ state: { current, hold } }: World, to: Upstream): Partial<State> => ({
  current: { ...to, since: new Date().toISOString() },
  previous: current,
  switched: { release: to.release, container: to.container, betweenMs: Date.now() - (hold?.since ?? Date.now()) },
  told: undefined,
});
