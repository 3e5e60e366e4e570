import { join } from 'node:path';
import { insideUrl } from '../config/address.ts';
import { clusterOf, objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { baseName } from '../config/containers.ts';
import { DOOR_PORT } from '../core/door.ts';
import type { ServingFact } from '../core/facts/serving.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isInCluster } from '../core/target.ts';
import type { Observer } from './observer.ts';
import { observeServing } from './serving.ts';

/** Asks what serves, each check once. Nothing when nothing serves. */
export const observeHealth: Observer = async (subject, ask) => {
  const now = (await observeServing(subject, ask)) as ServingFact;
  if (now.release === '') return [];
  const { health } = subject.config.app;
  const checks = health as unknown as JsonObject[];
  const request = { checks, at: addressOf(subject.config, now), ...placeOf(subject.config, now) };
  return ((await ask.call('health', 'look', request)) ?? []) as Json;
};

/** Without a way in from this machine, the cluster is asked to ask. */
const addressOf = (config: Config, { url }: ServingFact): JsonObject => {
  if (!isInCluster(config.target) || url !== '') return { url };
  return { service: { ...clusterOf(config), name: objectName(config), scheme: 'http' } };
};

/** Where its programs are run: in the folder of the release, or in its container. */
const placeOf = (config: Config, { release, container, url }: ServingFact): JsonObject => {
  if (isInCluster(config.target))
    return { cluster: { ...clusterOf(config), name: objectName(config), inside: insideUrl(config, url) } };
  return container === ''
    ? { folder: join(config.state, 'releases', release) }
    : { container, inside: `http://${baseName(config)}:${DOOR_PORT}` };
};
