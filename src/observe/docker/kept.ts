import { baseName } from '../../config/containers.ts';
import { DOOR_VERSION } from '../../core/door.ts';
import * as docker from '../../tools/docker.ts';
import type { Stock } from '../kept.ts';
import { latestFirst } from '../local/kept.ts';
import type { Ask, Subject } from '../observer.ts';
import { doorStatus } from './containers.ts';

/** Releases are images here, and copies of the data lie in a volume that the door can see. */
export const keptInDocker = async ({ config }: Subject, ask: Ask): Promise<Stock> => {
  const [tags, door] = await Promise.all([
    ask.read(docker.tagsOf(config.app.image?.repository ?? config.app.name)),
    doorStatus(baseName(config), ask),
  ]);
  return {
    releases: (tags ?? '')
      .split('\n')
      .filter(tag => /^[0-9a-f]{12}$/.test(tag))
      .sort(),
    backups: [...(door?.backups ?? [])].sort(latestFirst),
    keeper: String(DOOR_VERSION),
  };
};
