import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { shownState } from '../config/state.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { local, serving } from '../core/facts/local.ts';
import type { Step } from '../core/step.ts';

/** Gives up the oldest releases. What serves, what is to serve, and the newest `keep` stay: they are the way back. */
export const cleanReleases = (config: Config, facts: Facts, release: string): Step[] => {
  const { releases, order } = need(local, facts);
  const wanted = new Set([release, need(serving, facts).release, ...order.slice(0, config.keep)]);
  const names = releases.filter(name => !wanted.has(name));
  if (names.length === 0) return [];
  return [
    {
      id: 'clean',
      title: 'Remove old releases',
      needs: [local.name],
      changes: names.map(name => ({ action: 'delete', what: `release ${name} in ${shownState(config)}/releases` })),
      actions: [call('files', 'prune', { folder: join(config.state, 'releases'), names })],
    },
  ];
};
