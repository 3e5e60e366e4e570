import { insideUrl, publicUrl } from '../config/address.ts';
import { clusterOf, objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { type Action, call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { live, namespace } from '../core/facts/cluster.ts';
import { kept } from '../core/facts/kept.ts';
import { serving } from '../core/facts/serving.ts';
import { type FieldChange, fieldChanges } from '../core/field-changes.ts';
import { short } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import { isWorkload, type KubeObject, OWN, objectKey } from '../core/kube.ts';
import type { Change, Step } from '../core/step.ts';

/** A release as the cluster is to hold it. */
export interface Wanted {
  readonly release: string;
  readonly config: string;
  readonly objects: readonly KubeObject[];
}

/** What every call about the app begins with. */
export const about = (config: Config) => ({ ...clusterOf(config), name: objectName(config) });

/** One object that is not as it is wanted, and how. */
export interface ObjectChange {
  readonly object: KubeObject;
  readonly was: KubeObject | undefined;
  readonly fields: readonly FieldChange[];
}

/** The objects that have to be applied: new ones, changed ones, and those that somebody else has changed. */
export const objectChanges = ({ objects }: Wanted, facts: Facts): ObjectChange[] => {
  const there = need(live, facts).objects;
  return objects.flatMap((object): ObjectChange[] => {
    const was = there.find(other => objectKey(other) === objectKey(object));
    if (!was) return [{ object, was, fields: [] }];
    const fields = fieldChanges(object, was);
    return fields.length === 0 ? [] : [{ object, was, fields }];
  });
};

/** Applies what differs. Putting it back means that the objects of the release before are applied again, and that it serves. */
export const applyObjects = (config: Config, facts: Facts, wanted: Wanted): Step[] => {
  const changed = objectChanges(wanted, facts);
  if (changed.length === 0) return [];
  const objects = changed.map(({ object }) => object);
  return [
    {
      id: 'apply',
      title: `Apply ${objects.length} ${objects.length === 1 ? 'object' : 'objects'}`,
      needs: [live.name],
      changes: [...newNamespace(config, facts), ...changed.flatMap(changesOf)],
      actions: [call('kube', 'apply', { ...about(config), objects: objects as unknown as JsonObject[] })],
      undo: wayBack(config, facts, wanted),
    },
  ];
};

/** Made with the lock, which lies in it. */
export const newNamespace = ({ kubernetes }: Config, facts: Facts): Change[] =>
  need(namespace, facts) === 'none' ? [{ action: 'create', what: `Namespace/${kubernetes.namespace}` }] : [];

export const SHOWN = 8;

export const changesOf = ({ object, was, fields }: ObjectChange): Change[] => {
  const what = objectKey(object);
  if (!was) return [{ action: 'create', what }];
  const told = fields.filter(({ path }) => !path.endsWith(OWN.applied)).map(fieldAsText);
  const because = told.length === 0 ? 'a field was taken out' : told.slice(0, SHOWN).join('; ');
  const more = told.length > SHOWN ? `; and ${told.length - SHOWN} more` : '';
  return [{ action: 'change', what, because: because + more }];
};

/** `spec.replicas: 2 → 3` */
export const fieldAsText = ({ path, from, to }: FieldChange): string => `${path}: ${shown(from)} → ${shown(to)}`;

const shown = (value: FieldChange['to']): string => {
  if (value === undefined) return 'none';
  return typeof value === 'object' && value !== null && '$value' in value ? 'known after the push' : plain(value);
};

const LONG = 60;

const plain = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONG ? text : `${text.slice(0, LONG)}…`;
};

/** The objects of the release that served before, as history has them; a Secret is there still, and nobody knows its values. */
export const objectsBefore = (facts: Facts): readonly KubeObject[] => {
  const { proved, settings } = need(kept, facts);
  const objects = (settings[proved]?.objects ?? []) as unknown as readonly KubeObject[];
  return objects.filter(({ kind }) => kind !== 'Secret');
};

/** Where nothing served before, what was made goes again; volumes stay, whatever is in them. */
const wayBack = (config: Config, facts: Facts, wanted: Wanted): Action[] => {
  const before = objectsBefore(facts);
  if (before.length === 0) return removeFresh(config, facts, wanted);
  return [
    call('kube', 'apply', { ...about(config), objects: before as unknown as JsonObject[] }),
    ...untilItServes(config, facts, wanted),
  ];
};

/** The release before was put back: its pods are waited for, what only the other one needs goes, and it is asked. */
export const untilItServes = (config: Config, facts: Facts, wanted: Wanted): Action[] => [
  call('kube', 'replace', about(config)),
  rollout(config, objectsBefore(facts)),
  ...removeFresh(config, facts, wanted),
  ...proofOf(config, facts),
];

/** What was not there before, and that the release before does not need. */
export const removeFresh = (config: Config, facts: Facts, { objects }: Wanted): Action[] => {
  const known = [...objectsBefore(facts), ...need(live, facts).objects];
  const fresh = objects.filter(object => !known.some(old => isSame(old, object)));
  return fresh.length === 0 ? [] : [call('kube', 'remove', { ...about(config), objects: fresh.map(named) })];
};

const isSame = (one: KubeObject, other: KubeObject): boolean => objectKey(one) === objectKey(other);

export const named = ({ apiVersion, kind, metadata }: KubeObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name },
});

/** In ms: what a rollout may take in all; why it cannot end well is told long before. */
const ROLLOUT_MS = 15 * 60_000;

const rollout = (config: Config, objects: readonly KubeObject[]): Action => {
  const { kind = 'Deployment' } = objects.find(isWorkload) ?? {};
  const knobs = { readinessMs: config.health.within * 1000 };
  return call('kube', 'rollout', { ...about(config), kind, timeoutMs: ROLLOUT_MS, knobs }, 'rollout');
};

/**
 * Waits until every pod is of this release and serves; ends early when it is certain that this will not happen. Meanwhile
 * the way in is opened, where there is none.
 */
export const waitForPods = (config: Config, facts: Facts, { release, objects }: Wanted): Step => ({
  id: 'rollout',
  title: `Start the pods of ${short(release)}`,
  needs: [],
  changes: [],
  actions: [...(hasWayIn(config, facts) ? [] : [leadHere(config)]), rollout(config, objects)],
  ...(need(kept, facts).proved === '' && { undo: [call('forward', 'end', { folder: config.state })] }),
});

/** An address that people type, or a port-forward that runs. */
export const hasWayIn = (config: Config, facts: Facts): boolean =>
  publicUrl(config) !== '' || need(serving, facts).url !== '';

/** Only where nobody else leads people in: a port-forward on this machine, which stays when this run ends. */
export const leadHere = (config: Config): Action =>
  call(
    'forward',
    'ensure',
    {
      ...about(config),
      folder: config.state,
      program: `${config.home}/dist/forwarder.js`,
      port: config.app.container.port,
      host: config.app.host,
      ports: { ...config.app.port },
    },
    'forward',
  );

interface Proving {
  readonly release: string;
  readonly url: string | { readonly $value: string };
  readonly passes: number;
}

const proof = (config: Config, { release, url, passes }: Proving): Action =>
  call('health', 'wait', {
    checks: config.app.health as unknown as JsonObject[],
    at: { url } as JsonObject,
    passes,
    withinMs: config.health.within * 1000,
    release,
    cluster: { ...about(config), inside: insideUrl(config, typeof url === 'string' ? url : '') },
  });

/** The one before is not merely started again: it is asked. */
const proofOf = (config: Config, facts: Facts): Action[] => {
  const { release, url } = need(serving, facts);
  return url === '' ? [] : [proof(config, { release: need(kept, facts).proved || release, url, passes: 1 })];
};

/** Proves it at the address that people use: one that is known, or the one that was opened just now. */
export const proveInCluster = (config: Config, release: string, url: string): Step => ({
  id: 'health',
  title: 'Prove that it serves',
  needs: [],
  changes: [],
  actions: [proof(config, { release, url: url || { $value: 'forward.url' }, passes: config.health.passes })],
});
