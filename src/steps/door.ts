import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { baseName, LABELS, ownLabels, volumesOf } from '../config/containers.ts';
import { type Action, call } from '../core/action.ts';
import { DOOR_PORT, DOOR_VERSION } from '../core/door.ts';
import { type Facts, need } from '../core/fact.ts';
import { type ContainersFact, containers } from '../core/facts/containers.ts';
import { docker as dockerFact } from '../core/facts/docker.ts';
import { ports } from '../core/facts/ports.ts';
import type { Change, Step } from '../core/step.ts';
import * as docker from '../tools/docker.ts';

/** Where the door's folders are, in it and in the containers of releases. */
export const FOLDERS = { run: '/run/bytechat', data: '/data', backups: '/backups' } as const;

/** The address that is published is one that the config wants. */
const fits = ({ app }: Config, { host, port }: ContainersFact): boolean =>
  host === app.host && port >= app.port.from && port <= app.port.to;

/** True when the door that runs is of this version and at the address that the config wants. */
export const isDoorRight = (config: Config, facts: Facts): boolean => {
  const now = need(containers, facts);
  return now.door === 'answers' && now.version === String(DOOR_VERSION) && fits(config, now) && now.network;
};

/** The port that is published: the one of now when it fits, else the first that is free. */
export const publishedPort = (config: Config, facts: Facts): number => {
  const now = need(containers, facts);
  return fits(config, now) ? now.port : need(ports, facts).free;
};

/** The container that owns the published port, its network and its volumes: what is not there, or not right. */
export const openDoor = (config: Config, facts: Facts): Step[] => {
  if (isDoorRight(config, facts)) return [];
  const now = need(containers, facts);
  const name = baseName(config);
  return [
    {
      id: 'door',
      title: `Open port ${publishedPort(config, facts)}`,
      needs: [containers.name, ports.name],
      changes: [changeOf(config, facts)],
      actions: [
        ...(now.doorBuilt ? [] : buildDoor(config, facts)),
        ...(now.network ? [] : [docker.createNetwork(name, ownLabels(config))]),
        ...Object.values(volumesOf(config)).map(volume => docker.createVolume(volume, ownLabels(config))),
        ...(now.door === 'none' ? [] : [call('containers', 'remove', { containers: [name] })]),
        docker.runContainer(doorRequest(config, facts)),
        call('door', 'wait', { door: name }),
      ],
      ...(now.door === 'none' && { undo: [removeDoor(config)] }),
    },
  ];
};

const changeOf = (config: Config, facts: Facts): Change => {
  const { door } = need(containers, facts);
  const what = `container ${baseName(config)}, which owns port ${publishedPort(config, facts)}`;
  if (door === 'none') return { action: 'create', what };
  const because =
    door === 'stopped' ? 'it does not answer' : 'its address or its version changed; nobody is let in meanwhile';
  return { action: 'change', what, because };
};

const removeDoor = (config: Config): Action =>
  call('containers', 'remove', { containers: [baseName(config)], networks: [baseName(config)] });

const buildDoor = (config: Config, facts: Facts): Action[] => {
  const folder = join(config.home, 'dist', 'door');
  const built = docker.build({
    context: { $value: 'doorContext.path' },
    dockerfile: join(folder, 'Dockerfile'),
    tag: need(containers, facts).doorImage,
    platform: need(dockerFact, facts).platform,
    args: {},
    secrets: [],
    labels: { [LABELS.role]: 'door' },
  });
  const name = need(containers, facts).doorImage.replace(':', '-');
  return [
    call('build', 'link', { context: folder, name }, 'doorContext'),
    built,
    call('build', 'unlink', { path: { $value: 'doorContext.path' } }),
  ];
};

/** It leads bytes and reads none; of root's rights it has those that put the data of an app into other hands. */
const doorRequest = (config: Config, facts: Facts): docker.ContainerRequest => {
  const { run, data, backups } = volumesOf(config);
  const now: ContainersFact = need(containers, facts);
  return {
    name: baseName(config),
    image: now.doorImage,
    command: [],
    env: {},
    labels: { ...ownLabels(config), [LABELS.role]: 'door', [LABELS.door]: String(DOOR_VERSION) },
    network: baseName(config),
    volumes: { [FOLDERS.run]: run, [FOLDERS.data]: data, [FOLDERS.backups]: backups },
    publish: `${config.app.host}:${publishedPort(config, facts)}:${DOOR_PORT}`,
    restart: 'unless-stopped',
    user: '0:0',
    writable: false,
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
    stopAfter: 10,
  };
};
