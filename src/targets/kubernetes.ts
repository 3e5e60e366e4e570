import { publicUrl } from '../config/address.ts';
import { objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { cluster, forward, live, namespace } from '../core/facts/cluster.ts';
import { docker } from '../core/facts/docker.ts';
import { git } from '../core/facts/git.ts';
import { image } from '../core/facts/image.ts';
import { kept } from '../core/facts/kept.ts';
import { machine } from '../core/facts/machine.ts';
import { ports } from '../core/facts/ports.ts';
import { login, stored } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import type { JsonObject } from '../core/json.ts';
import { type KubeObject, objectKey } from '../core/kube.ts';
import { BytechatError } from '../core/problem.ts';
import type { Change, Step } from '../core/step.ts';
import { cleanCluster } from '../steps/clean-cluster.ts';
import { about, applyObjects, hasWayIn, leadHere, proveInCluster, type Wanted, waitForPods } from '../steps/cluster.ts';
import { demandOf } from '../steps/demand.ts';
import { makeImage } from '../steps/image.ts';
import { valuesFrom } from '../steps/manifests/from.ts';
import { pullSecret } from '../steps/manifests/pull-secret.ts';
import { stampedObjects } from '../steps/manifests/stamp.ts';
import type { Values } from '../steps/manifests/values.ts';
import { pushImage } from '../steps/registry.ts';
import type { Decision, Target } from './target.ts';

/** Nothing, when the registry has it. */
const sendImage = (config: Config, facts: Facts): Step[] =>
  need(stored, facts) === '' ? [...makeImage(config, facts), ...pushImage(config, facts, need(image, facts).tag)] : [];

/** Any Kubernetes: the objects of the app, applied to one namespace of one cluster. */
export const kubernetes: Target = {
  name: 'kubernetes',
  summary: 'a Kubernetes cluster, as pods',
  facts: [git, machine, docker, image, stored, cluster, namespace, live, serving, kept, forward, login, ports].map(
    ({ name }) => name,
  ),
  // Whoever looks at the wrong cluster sees it here, before anything runs.
  place: ({ kubernetes: { namespace: at } }, facts) => `cluster ${cluster.of(facts)?.context ?? ''}, namespace ${at}`,

  wanted: (config, facts) => ({ release: need(image, facts).tag, config: valuesFrom(config, facts).config }),

  logs: (config, _facts, options) => call('kube', 'logs', { ...about(config), ...options }),

  lead: leadHere,

  build: sendImage,

  deploy(config, facts) {
    const values = valuesFrom(config, facts);
    const objects = wantedObjects(config, facts, values);
    return decide(config, facts, {
      release: values.release,
      config: values.config,
      objects,
      make: sendImage(config, facts),
    });
  },

  rollback(config, facts, { release }) {
    const { objects = [], config: how = '' } = (need(kept, facts).settings[release] ??
      {}) as unknown as Partial<Wanted>;
    const logins = pullSecret(config, facts);
    const made = logins.map(objectKey);
    demandSecrets(
      objects.filter(object => !made.includes(objectKey(object))),
      facts,
    );
    const still = objects.filter(({ kind }) => kind !== 'Secret');
    return decide(config, facts, { release, config: how, objects: [...logins, ...still], make: [] });
  },

  demand: (config, facts) => demandOf(config, facts, wantedObjects(config, facts, valuesFrom(config, facts))),

  destroy: (config, facts, { data }) => ({
    steps: removeSteps(config, facts, data),
    leftovers: data ? [config.state] : [],
  }),
};

const wantedObjects = (config: Config, facts: Facts, values: Values): KubeObject[] => [
  ...pullSecret(config, facts),
  ...stampedObjects(values),
];

/** What the values of a release's secrets were is in the cluster alone: without that Secret it cannot run again. */
const demandSecrets = (objects: readonly KubeObject[], facts: Facts): void => {
  const there = need(live, facts).objects.map(objectKey);
  const gone = objects.filter(object => object.kind === 'Secret' && !there.includes(objectKey(object)));
  if (gone.length === 0) return;
  throw new BytechatError({
    code: 'unknown-release',
    message: `${gone.map(objectKey).join(', ')} of that release is gone`,
    because: 'somebody has deleted it, and its values are kept nowhere else',
    fix: 'check that release out and deploy it: its secrets come from your environment then',
  });
};

interface Parts extends Wanted {
  readonly make: readonly Step[];
}

const decide = (config: Config, facts: Facts, { make, ...wanted }: Parts): Decision => {
  const { release, config: how, objects } = wanted;
  const settings = { objects: objects as unknown as JsonObject[], config: how };
  const apply = applyObjects(config, facts, wanted);
  const clean = cleanCluster(config, facts, wanted);
  const named = { release, config: how, settings, demand: demandOf(config, facts, objects) };
  if (apply.length > 0 || !need(live, facts).settled)
    return {
      ...named,
      steps: [
        ...make,
        ...apply,
        waitForPods(config, facts, wanted),
        prove(config, facts, release),
        ...after(config, facts),
        ...clean,
      ],
    };
  return { ...named, steps: [...lead(config, facts), ...unproved(config, facts, wanted), ...clean] };
};

/** Only when it is proved: what is put back needs the old way in. */
const after = (config: Config, facts: Facts): Step[] => (publicUrl(config) === '' ? [] : endLead(config, facts));

const prove = (config: Config, facts: Facts, release: string): Step =>
  proveInCluster(config, release, publicUrl(config) || need(serving, facts).url);

/** It runs, and the run that made it did not live to prove it. */
const unproved = (config: Config, facts: Facts, { release, config: how }: Wanted): Step[] => {
  const { proved, provedConfig } = need(kept, facts);
  return proved === release && provedConfig === how ? [] : [prove(config, facts, release)];
};

/** The way in on this machine has ended, or leads elsewhere. */
const lead = (config: Config, facts: Facts): Step[] => {
  if (publicUrl(config) !== '') return endLead(config, facts);
  if (hasWayIn(config, facts)) return [];
  return [
    {
      id: 'forward',
      title: 'Lead to it from this machine',
      needs: [forward.name],
      changes: [{ action: 'create', what: `a port-forward to Service/${objectName(config)}` }],
      actions: [leadHere(config)],
    },
  ];
};

/** People come by another way now, and the app may speak TLS, which the port-forward does not say. */
const endLead = (config: Config, facts: Facts): Step[] => {
  const now = forward.of(facts);
  if (!now) return [];
  return [
    {
      id: 'forward',
      title: 'End the port-forward of this machine',
      needs: [forward.name],
      changes: [{ action: 'delete', what: now.url }],
      actions: [call('forward', 'end', { folder: config.state })],
    },
  ];
};

const DATA = ['PersistentVolumeClaim'];

/** What deploy made, and nothing else; the data only when asked, and with them the history. */
const removeSteps = (config: Config, facts: Facts, data: boolean): Step[] => {
  const { objects } = need(live, facts);
  const gone = objects.filter(({ kind }) => data || !DATA.includes(kind));
  const hasForward = forward.of(facts) !== null;
  if (gone.length === 0 && !hasForward && !(data && need(namespace, facts) !== 'none')) return [];
  const stays = objects.filter(({ kind }) => !data && DATA.includes(kind));
  return [
    {
      id: 'remove',
      title: 'Remove what deploy made',
      needs: [live.name],
      changes: [
        ...gone.map((object): Change => ({ action: 'delete', what: objectKey(object) })),
        ...stays.map(
          (object): Change => ({ action: 'keep', what: objectKey(object), because: '--data deletes it too' }),
        ),
      ],
      actions: [
        call('forward', 'end', { folder: config.state }),
        call('kube', 'remove', { ...about(config), objects: gone.map(reference) }),
      ],
    },
  ];
};

const reference = ({ apiVersion, kind, metadata }: KubeObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name },
});
