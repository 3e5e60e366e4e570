import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import type { Facts } from '../core/fact.ts';
import { live } from '../core/facts/cluster.ts';
import type { JsonObject } from '../core/json.ts';
import type { Step } from '../core/step.ts';
import { about, changesOf, objectChanges, type Wanted } from './cluster.ts';
import { pullSecret } from './manifests/pull-secret.ts';

/** What the nodes log in with is none of the chart's objects: whoever goes back pulls with the password of now. */
export const letThemPull = (config: Config, facts: Facts, wanted: Wanted): Step[] => {
  const changed = objectChanges({ ...wanted, objects: pullSecret(config, facts) }, facts);
  if (changed.length === 0) return [];
  const objects = changed.map(({ object }) => object) as unknown as JsonObject[];
  return [
    {
      id: 'login',
      title: 'Let the nodes pull the image',
      needs: [live.name],
      changes: changed.flatMap(changesOf),
      actions: [call('kube', 'apply', { ...about(config), objects })],
    },
  ];
};
