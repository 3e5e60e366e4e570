import type { Config } from '../config/config.ts';
import { baseName, imageOf, LABELS, ownLabels, volumeOf, volumesOf } from '../config/containers.ts';
import { type Action, call } from '../core/action.ts';
import type { AskAt, Upstream } from '../core/door.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { kept } from '../core/facts/kept.ts';
import { nameFor, short } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import * as docker from '../tools/docker.ts';
import { FOLDERS } from './door.ts';
import { secretsOf } from './settings.ts';

/** The hash of how a release is run: what it is called with, not what it is. */
export const containerConfigOf = (config: Config, facts: Facts): string =>
  nameFor({ ...containerSettings(config), secrets: need(kept, facts).secrets });

/** How the app is run, as JSON without a secret: what history keeps, and a rollback takes. */
export const containerSettings = ({ app }: Config): JsonObject => {
  const { env, secrets, handover, drain, container } = app;
  return { env, secrets, handover, drain, container: { ...container } as JsonObject };
};

/**
 * Whether a new release may run beside the old one: when it keeps no data, or when it leaves them alone until it is told
 * to serve.
 */
export const runsBeside = ({ app: { handover, container } }: Config): boolean =>
  handover === 'standby' || container.stateless;

export const standsBy = ({ app }: Config): boolean => app.handover === 'standby';

export interface Running {
  readonly release: string;
  readonly acceptDataLoss: boolean;
  /** A copy of the data that takes the place of the data. */
  readonly restore?: string;
}

/** A name that nobody has yet: containers of earlier runs of the same release may still be there. */
export const containerName = (config: Config, facts: Facts, release: string): string => {
  const base = `${baseName(config)}-${short(release)}`;
  const alike = need(containers, facts).releases.filter(({ name }) => name.startsWith(`${base}-`));
  const used = alike.map(({ name }) => Number(name.slice(base.length + 1)));
  return `${base}-${Math.max(0, ...used) + 1}`;
};

const upstreamOf = (config: Config, facts: Facts, release: string): Upstream => {
  const { container, drain } = config.app;
  const name = containerName(config, facts, release);
  return {
    container: name,
    release,
    config: containerConfigOf(config, facts),
    host: name,
    port: container.port,
    proxyProtocol: container.proxyProtocol,
    drainMs: drain * 1000,
  };
};

const PREPARED = { $value: 'prepared.socket' };

/** How the door reaches it; the path of its private socket is known when the folder for it was made. */
export const wayTo = (config: Config, facts: Facts, release: string): JsonObject => ({
  ...upstreamOf(config, facts, release),
  ...(standsBy(config) && { socket: PREPARED }),
});

export const makeIt = (config: Config, facts: Facts, release: string): Action[] => [
  ...Object.keys(config.app.container.volumes).map(name =>
    docker.createVolume(volumeOf(config, name), ownLabels(config)),
  ),
  docker.makeContainer(requestFor(config, facts, release)),
];

export const startIt = (config: Config, facts: Facts, release: string): Action =>
  docker.start(containerName(config, facts, release));

const requestFor = (config: Config, facts: Facts, release: string): docker.ContainerRequest => ({
  ...appRequest(config, facts, { release, role: 'release' }),
  name: containerName(config, facts, release),
  env: {
    ...environmentOf(config),
    ...(config.app.container.proxyProtocol && { PROXY_PROTOCOL: '1' }),
    ...(standsBy(config) && { STANDBY_SOCKET: PREPARED }),
  },
  network: baseName(config),
  volumes: mountsOf(config),
  // Who has not proved itself is not started again: its first crash says enough.
  restart: runsBeside(config) ? 'no' : 'unless-stopped',
});

interface Part {
  readonly release: string;
  readonly role: 'release' | 'run';
}

/** What is the same wherever a container of the app runs. */
export const appRequest = (config: Config, facts: Facts, { release, role }: Part) => {
  const { container, drain } = config.app;
  const { command = [], writable, capabilities } = container;
  const labels = {
    ...ownLabels(config),
    [LABELS.role]: role,
    [LABELS.release]: release,
    [LABELS.config]: containerConfigOf(config, facts),
  };
  const env = environmentOf(config);
  return { image: imageOf(config, release), command, env, labels, writable, capabilities, stopAfter: drain };
};

const environmentOf = ({ app }: Config): docker.ContainerRequest['env'] => ({
  ...app.env,
  HOST: '0.0.0.0',
  PORT: String(app.container.port),
  DATA_DIR: app.container.data,
  ...secretsOf(app),
});

const mountsOf = (config: Config): Record<string, string> => {
  const { data, volumes } = config.app.container;
  const own = volumesOf(config);
  const more = Object.entries(volumes).map(([name, folder]) => [folder, volumeOf(config, name)]);
  return { [data]: own.data, ...(standsBy(config) && { [FOLDERS.run]: own.run }), ...Object.fromEntries(more) };
};

/** The folder of its private socket, and its data in its hands. */
export const prepareFor = (config: Config, facts: Facts, release: string): Action =>
  call(
    'door',
    'prepare',
    {
      door: baseName(config),
      container: containerName(config, facts, release),
      image: imageOf(config, release),
    },
    'prepared',
  );

export const privately = (config: Config, facts: Facts, release: string): AskAt | JsonObject =>
  standsBy(config)
    ? { socket: PREPARED }
    : { host: containerName(config, facts, release), port: config.app.container.port };
