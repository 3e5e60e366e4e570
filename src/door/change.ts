import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MustEnd, Switched, SwitchRequest, WayBack } from '../core/door.ts';
import { BytechatError } from '../core/problem.ts';
import { askSocket } from '../engine/http.ts';
import { type Activation, activate, isGone } from './activate.ts';
import { settled } from './entrance.ts';
import { arrangeData } from './exchange.ts';
import { follow, held, released } from './follow.ts';
import { lastInLine } from './last-in-line.ts';
import { identityOf, reach } from './socket-file.ts';
import { type Change, note, type State, save, say, type World } from './world.ts';

/** How long an app may take to come up beside a door that was killed in the middle, in ms. */
const APPEARS_MS = 30_000;

/** Lets a release serve: the current one lets go first, so that never two have the data. */
export const switchTo = async (world: World, request: SwitchRequest): Promise<Switched | MustEnd> => {
  const { to, ended = false, data = {}, token } = request;
  const { current, left, switched } = world.state;
  if (current?.container === to.container && !left && switched) return servesAlready(world, token, switched);
  const replaced = `replaced-${Date.now().toString(36)}`;
  await save(world, {
    ...held(world),
    wayBack: undefined,
    change: { to, token, step: 'release', ended, data, replaced },
  });
  await follow(world);
  await settled(world.entrance);
  if (current && !ended && !left) await lastInLine(current);
  return proceed(world);
};

const servesAlready = async (world: World, switchedBy: number, switched: Switched): Promise<Switched> => {
  await note(world, { switchedBy, ...released });
  await follow(world);
  return switched;
};

/** Goes on with the switch that is under way, in a door that was killed in the middle as in this one. */
export const proceed = async (world: World, isResumed = false): Promise<Switched | MustEnd> => {
  let doubt: State['doubt'];
  try {
    // It may have been told to serve: from here on it only goes forward.
    if (stepOf(world) === 'activate') return await commit(world);
    if (stepOf(world) === 'release') {
      if (!(await hasLetGo(world))) return await mustEnd(world);
      const left = world.state.current && 'let-go';
      await note(world, { left, told: undefined, change: { ...changeOf(world), step: 'data' } });
    }
    const { to, data, replaced } = changeOf(world);
    await arrangeData(world.settings, data, replaced);
    await save(world, { change: { ...changeOf(world), step: 'activate' } });
    const activation = await begin(world, isResumed);
    if (activation.serves) return await commit(world, to.socket && (await identityOf(to.socket)));
    doubt = activation.isClear ? undefined : to;
    throw new BytechatError(activation.problem);
  } catch (error) {
    if (world.state.change) await giveUp(world, doubt);
    throw error;
  }
};

const changeOf = ({ state }: World): Change => state.change as Change;
const stepOf = (world: World): Change['step'] => changeOf(world).step;

/** With a private socket it can say when it has let go; one that is not there has. */
const hasLetGo = async ({ state }: World): Promise<boolean> => {
  const { current, left, change } = state;
  if (!current || change?.ended || left === 'let-go') return true;
  if (current.socket === undefined) return false;
  try {
    const ask = { method: 'POST', path: '/release', timeoutMs: current.drainMs };
    return (await askSocket(current.socket, ask)).status === 200;
  } catch (error) {
    // It is ended like one that cannot be asked, unless it has ended.
    return isGone(error);
  }
};

const mustEnd = async (world: World): Promise<MustEnd> => {
  await save(world, { ...held(world), change: undefined, left: 'to-be-ended' });
  await follow(world);
  return { mustEnd: world.state.current?.container ?? '' };
};

const begin = async (world: World, isResumed: boolean): Promise<Activation> => {
  const { to } = changeOf(world);
  if (to.socket === undefined) return { serves: true };
  if (isResumed) (await reach(to.socket, undefined, AbortSignal.timeout(APPEARS_MS)))?.line.destroy();
  return activate(to);
};

const commit = async (world: World, told?: string): Promise<Switched> => {
  const { current, previous, hold } = world.state;
  const { to, token, data, replaced } = changeOf(world);
  const isBack = current?.container === to.container;
  const switched: Switched = {
    release: to.release,
    container: to.container,
    betweenMs: current && hold ? Date.now() - hold.since : 0,
    ...(data.restore !== undefined && { replaced }),
  };
  const { since: _, ...before } = current ?? { since: '' };
  const next = { ...to, since: new Date().toISOString() };
  const rest = { switchedBy: token, switched, told, wayBack: wayBackIn(world), change: undefined, ...released };
  const earlier = isBack || !current ? previous : (before as typeof to);
  // What was written down last leads to the same.
  await note(world, { current: next, previous: earlier, ...rest }).catch(complain);
  say(`leads to ${to.container}, connections have waited ${switched.betweenMs} ms`);
  await follow(world);
  return switched;
};

/**
 * Their own data, when others have taken their place; else the copy that was made before the next release changed them for
 * good. A copy that is not there was not made, so the data are as they were.
 */
const wayBackIn = ({ state, settings }: World): WayBack | undefined => {
  const { to, data, replaced } = state.change as Change;
  const copy = data.restore === undefined ? data.oneWay && data.backup : replaced;
  return copy && existsSync(join(settings.backups, copy)) ? { to: to.container, copy } : undefined;
};

const complain = (error: unknown): void => say(`cannot be written down: ${error}`);

/** Once the current one has let go nobody serves: new connections wait until the caller has brought it back. */
const giveUp = async (world: World, doubt: State['doubt']): Promise<void> => {
  const hold = world.state.left ? held(world) : { hold: undefined };
  await note(world, { ...hold, wayBack: wayBackIn(world), change: undefined, doubt }).catch(complain);
  await follow(world);
};
