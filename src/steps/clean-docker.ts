import type { Config } from '../config/config.ts';
import { imageOf } from '../config/containers.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { kept } from '../core/facts/kept.ts';
import { serving } from '../core/facts/serving.ts';
import type { Change, Step } from '../core/step.ts';

/**
 * Gives up the oldest images, and containers that have ended. What serves, what is to serve, and the newest `keep` stay:
 * images are the way back, and the containers have the logs.
 */
export const cleanDocker = (config: Config, facts: Facts, release: string): Step[] => {
  const { releases, order } = need(kept, facts);
  const now = need(serving, facts);
  const wanted = new Set([release, now.release, ...order.slice(0, config.keep)]);
  const images = releases.filter(name => !wanted.has(name)).map(name => imageOf(config, name));
  const names = endedBefore(config, facts);
  if (images.length + names.length === 0) return [];
  const what = [...names.map(name => `container ${name}`), ...images.map(name => `image ${name}`)];
  return [
    {
      id: 'clean',
      title: 'Remove old releases',
      needs: [],
      changes: what.map((name): Change => ({ action: 'delete', what: name })),
      actions: [call('containers', 'remove', { containers: names, images })],
    },
  ];
};

/** The one that serves now will have ended by then, and is the newest of them. */
const endedBefore = ({ keep }: Config, facts: Facts): string[] => {
  const { container } = need(serving, facts);
  return need(containers, facts)
    .releases.filter(({ name, runs }) => !runs && name !== container)
    .sort((a, b) => (a.created < b.created ? 1 : -1))
    .slice(keep - 1)
    .map(({ name }) => name);
};
