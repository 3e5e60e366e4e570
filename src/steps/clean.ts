import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { shownState } from '../config/state.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { serving } from '../core/facts/serving.ts';
import type { Change, Step } from '../core/step.ts';

/**
 * Gives up the oldest releases and copies of data. What serves, what is to serve, and the newest `keep` stay: they are
 * the way back.
 */
export const cleanReleases = (config: Config, facts: Facts, release: string): Step[] => {
  const { releases, order, backups } = need(kept, facts);
  const wanted = new Set([release, need(serving, facts).release, ...order.slice(0, config.keep)]);
  const old = { releases: releases.filter(name => !wanted.has(name)), backups: backups.slice(config.keep) };
  const folders = Object.entries(old).filter(([, names]) => names.length > 0);
  if (folders.length === 0) return [];
  return [
    {
      id: 'clean',
      title: 'Remove old releases',
      needs: [kept.name],
      changes: folders.flatMap(([folder, names]) =>
        names.map((name): Change => ({ action: 'delete', what: `${shownState(config)}/${folder}/${name}` })),
      ),
      actions: folders.map(([folder, names]) => call('files', 'prune', { folder: join(config.state, folder), names })),
    },
  ];
};
