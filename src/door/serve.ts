import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { proceed } from './change.ts';
import { controlServer } from './control.ts';
import { closeEntrance, newEntrance } from './entrance.ts';
import { follow } from './follow.ts';
import type { Settings } from './settings.ts';
import { inOrder, readWorld, say, type World } from './world.ts';

/** As many as the system's own queue holds. */
const BACKLOG = 4096;

export const controlSocket = ({ run }: Settings): string => join(run, 'door.sock');

/** Opens the door as it was left. */
export const serve = async (settings: Settings): Promise<void> => {
  // Only its owner may open the control socket.
  process.umask(0o077);
  await mkdir(settings.run, { recursive: true });
  const entrance = newEntrance(settings.patienceMs);
  const world = await readWorld(settings, entrance);
  await follow(world);
  const control = controlServer(world);
  const end = async (): Promise<void> => {
    closeEntrance(entrance);
    await rm(controlSocket(settings), { force: true });
    process.exit(0);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  void inOrder(world, () => recover(world)).catch(error => say(`a switch was not finished: ${error}`));
  await rm(controlSocket(settings), { force: true });
  entrance.server.listen({ host: settings.host, port: settings.port, backlog: BACKLOG });
  control.listen(controlSocket(settings));
};

/** Whatever a killed door has begun comes before all that is asked of this one. */
const recover = async (world: World): Promise<void> => {
  if (!world.state.change) return;
  say(`goes on with the switch to ${world.state.change.to.container}`);
  await proceed(world, true);
};
