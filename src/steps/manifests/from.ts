import { objectName } from '../../config/cluster.ts';
import type { App, Config } from '../../config/config.ts';
import { storedAt } from '../../config/stored.ts';
import { type Facts, need } from '../../core/fact.ts';
import { live } from '../../core/facts/cluster.ts';
import { image } from '../../core/facts/image.ts';
import { kept } from '../../core/facts/kept.ts';
import { stored } from '../../core/facts/registry.ts';
import { nameFor } from '../../core/hash.ts';
import type { Json, ValueRef } from '../../core/json.ts';
import { secretsOf } from '../settings.ts';
import { pullSecretName } from './pull-secret.ts';
import type { Values } from './values.ts';

/** The image by its digest: what the registry says, or what the push will say. */
export const imageByDigest = (config: Config, facts: Facts): string | ValueRef => {
  const digest = need(stored, facts);
  return digest === '' ? { $value: 'pushed.result' } : `${storedAt(config)?.image}@${digest}`;
};

/** All that the objects are made from, of what the sources and the config are now. */
export const valuesFrom = (config: Config, facts: Facts): Values => {
  const values = plainValues(config, facts);
  const { image: _image, replicas, createNamespace: _made, ...rest } = values;
  const { secrets } = need(kept, facts);
  const { now: _now, ...scale } = replicas;
  return { ...values, config: nameFor({ ...rest, replicas: scale, digests: secrets } as unknown as Json) };
};

const plainValues = (config: Config, facts: Facts): Values => {
  const { app, kubernetes, health } = config;
  const { container, env, drain } = app;
  const { storage, expose, tls = '' } = kubernetes;
  const name = objectName(config);
  return {
    name,
    namespace: kubernetes.namespace,
    // The lock needs it before anything is applied, so it is made there.
    createNamespace: false,
    release: need(image, facts).tag,
    config: '',
    image: imageByDigest(config, facts),
    command: container.command ?? [],
    port: container.port,
    env,
    configMap: `${name}-${nameFor(env).slice(0, SHORT)}`,
    secret: secretName(config, facts),
    secrets: secretsOf(app),
    pullSecret: pullSecretName(config),
    data: container.data,
    volumes: container.volumes,
    stateless: container.stateless,
    writable: container.writable,
    capabilities: container.capabilities,
    replicas: replicasOf(config, facts),
    resources: { cpu: kubernetes.cpu, memory: kubernetes.memory },
    storage: { size: storage.size, class: storage.class ?? '' },
    health: { ...firstPath(app), within: Math.ceil(health.within) },
    drain: Math.ceil(drain),
    expose: { type: expose.type, host: expose.host ?? '', class: expose.class ?? '' },
    tls,
  };
};

/** Of a hash: what is kept of one app is told apart by it. */
const SHORT = 8;

/** Named by what it holds, so that a changed secret is another one, and starts the pods anew. */
const secretName = (config: Config, facts: Facts): string => {
  if (config.app.secrets.length === 0) return '';
  return `${objectName(config)}-${nameFor(need(kept, facts).secrets).slice(0, SHORT)}`;
};

/** What the autoscaler has decided stays. */
const replicasOf = ({ kubernetes: { replicas } }: Config, facts: Facts): Values['replicas'] => {
  const deployment = need(live, facts).objects.find(({ kind }) => kind === 'Deployment');
  const now = Number((deployment?.spec as { replicas?: number } | undefined)?.replicas ?? 0);
  return { ...replicas, now: Math.min(Math.max(now, replicas.min), replicas.max) };
};

const firstPath = ({ health }: App): { path: string; timeout: number } => {
  const first = health.find(check => 'http' in check);
  return first && 'http' in first ? { path: first.http, timeout: Math.ceil(first.timeout) } : { path: '', timeout: 5 };
};
