import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { shownState } from '../config/state.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { machine } from '../core/facts/machine.ts';
import { source } from '../core/facts/source.ts';
import { nameFor, short } from '../core/hash.ts';
import type { Step } from '../core/step.ts';

const wordsOf = ({ app: { command, health } }: Config): string[] => [
  ...command,
  ...health.flatMap(check => ('exec' in check ? check.exec : [])),
];

/** Apps in other languages do not get a Node.js beside them. */
export const needsNode = (config: Config): boolean => wordsOf(config).includes('node');

/** The release that the sources of now make: the same inputs and the same Node.js, the same name. */
export const releaseOf = (config: Config, facts: Facts): string => {
  const { node, platform, arch } = need(machine, facts);
  const runtime = needsNode(config) ? `node ${node}` : 'none';
  return nameFor({ source: need(source, facts).hash, runtime, platform, arch });
};

export const folderOf = ({ state }: Config, release: string): string => join(state, 'releases', release);

/** Copies what was built, so that nothing that runs lies where a build or `npm ci` writes. */
export const copyRelease = (config: Config, facts: Facts): Step[] => {
  const release = releaseOf(config, facts);
  if (need(kept, facts).releases.includes(release)) return [];
  const node = needsNode(config) ? { node: join(config.state, 'releases') } : {};
  return [
    {
      id: 'release',
      title: `Copy release ${short(release)}`,
      needs: [source.name, machine.name],
      changes: [{ action: 'create', what: `release ${short(release)} in ${shownState(config)}/releases` }],
      actions: [call('files', 'release', { from: config.app.files, to: folderOf(config, release), ...node })],
    },
  ];
};
