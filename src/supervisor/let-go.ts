import { askSocket } from '../engine/http.ts';
import type { Child } from './child.ts';
import type { World } from './world.ts';

/**
 * The app that serves stops accepting and gives up its data. With a private socket it can say when that is done
 * (`POST /release`), and then finishes answering what it has accepted while the next one serves already; without, or
 * when it knows no such request, it has let go once it has ended.
 */
export const letGo = async (world: World): Promise<void> => {
  const { current } = world;
  world.current = undefined;
  if (!current || current.isOver()) return;
  if (!(await hasReleased(current))) return current.stop();
  world.leaving.add(current);
  void current.stop().then(() => world.leaving.delete(current));
};

const hasReleased = async ({ standbySocket, spec }: Child): Promise<boolean> => {
  if (standbySocket === undefined) return false;
  try {
    const { status } = await askSocket(standbySocket, { method: 'POST', path: '/release', timeoutMs: spec.drainMs });
    return status === 200;
  } catch {
    // It has crashed, or takes too long: it is ended like one that cannot be asked.
    return false;
  }
};

/** Everything that still runs, ended. */
export const endAll = async (world: World): Promise<void> => {
  await world.standby?.stop();
  await world.current?.stop();
  await Promise.all([...world.leaving].map(child => child.stop()));
};
