import { baseName } from '../../config/containers.ts';
import { nothingServes, type ServingFact } from '../../core/facts/serving.ts';
import { urlOf } from '../../core/url.ts';
import type { Observer } from '../observer.ts';
import { addressOf, doorStatus, ownContainers } from './containers.ts';

/** The release that the door leads to, when its container runs. */
export const servingInDocker: Observer = async ({ config }, ask): Promise<ServingFact> => {
  const base = baseName(config);
  const [own = [], door] = await Promise.all([ownContainers(config, ask), doorStatus(base, ask)]);
  const found = own.find(({ name }) => name === base);
  if (!found) return nothingServes;
  const { host, port } = addressOf(found);
  const { current, left = false } = door ?? {};
  const container = own.find(({ name, state }) => name === current?.container && state.Running);
  const fact = {
    ...nothingServes,
    supervisor: door ? 'answers' : 'gone',
    version: door === undefined ? '' : String(door.version),
    port,
  } as const;
  if (!current || !container || left) return fact;
  const { release, config: how, since } = current;
  return {
    ...fact,
    release,
    config: how,
    since,
    container: container.name,
    url: urlOf(host, port),
    restarts: container.restarts,
  };
};
