import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { live } from '../core/facts/cluster.ts';
import { kept } from '../core/facts/kept.ts';
import type { JsonObject } from '../core/json.ts';
import { type KubeObject, objectKey } from '../core/kube.ts';
import { BytechatError } from '../core/problem.ts';
import type { Step } from '../core/step.ts';
import { about, type Wanted } from './cluster.ts';

/** Data are never pruned: who wants them gone destroys them. */
const LASTING = ['PersistentVolumeClaim'];
/** What a release is run with is kept as long as somebody may go back to it. */
const OF_RELEASES = ['ConfigMap', 'Secret'];

/** What is ours and that nobody needs any more: neither this release nor one that is kept. */
export const cleanCluster = (config: Config, facts: Facts, wanted: Wanted): Step[] => {
  if (wanted.objects.length === 0) throw new BytechatError(nothingWanted(config));
  const old = unneeded(config, facts, wanted);
  if (old.length === 0) return [];
  return [
    {
      id: 'prune',
      title: `Remove ${old.length} ${old.length === 1 ? 'object' : 'objects'} that nobody needs`,
      needs: [live.name],
      changes: old.map(object => ({ action: 'delete', what: objectKey(object) })),
      actions: [call('kube', 'remove', { ...about(config), objects: old.map(named) })],
    },
  ];
};

const unneeded = ({ keep }: Config, facts: Facts, { release, objects }: Wanted): KubeObject[] => {
  const { order, settings } = need(kept, facts);
  const releases = [release, ...order.filter(other => other !== release).slice(0, keep - 1)];
  const needed = [...objects, ...releases.flatMap(other => objectsOf(settings[other]).filter(ofRelease))].map(
    objectKey,
  );
  return need(live, facts).objects.filter(
    object => !LASTING.includes(object.kind) && !needed.includes(objectKey(object)),
  );
};

const ofRelease = ({ kind }: KubeObject): boolean => OF_RELEASES.includes(kind);

const objectsOf = (settings: JsonObject | undefined): readonly KubeObject[] =>
  (settings?.objects ?? []) as unknown as readonly KubeObject[];

const named = ({ apiVersion, kind, metadata }: KubeObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name },
});

const nothingWanted = ({ app }: Config) => ({
  code: 'empty-set' as const,
  message: `Nothing of ${app.name} would be left`,
  because: 'there is no object to apply, so everything would be pruned',
  fix: 'bytechat destroy, when that is meant',
});
