import type { Config } from '../config/config.ts';
import { baseName, imageOf, volumeOf, volumesOf } from '../config/containers.ts';
import { keptFolder, shownState } from '../config/state.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { docker as dockerFact } from '../core/facts/docker.ts';
import { environments } from '../core/facts/environments.ts';
import { git } from '../core/facts/git.ts';
import { image } from '../core/facts/image.ts';
import { kept } from '../core/facts/kept.ts';
import { machine } from '../core/facts/machine.ts';
import { ports } from '../core/facts/ports.ts';
import { serving } from '../core/facts/serving.ts';
import type { Change, Step } from '../core/step.ts';
import { urlOf } from '../core/url.ts';
import { cleanDocker } from '../steps/clean-docker.ts';
import { leadTo, proveContainer, retire, startBeside } from '../steps/container.ts';
import {
  containerConfigOf,
  containerName,
  containerSettings,
  type Running,
  runsBeside,
} from '../steps/container-run.ts';
import { isDoorRight, openDoor, publishedPort } from '../steps/door.ts';
import { makeImage } from '../steps/image.ts';
import { withSettings } from '../steps/settings.ts';
import { trialName } from '../steps/trial.ts';
import type { Decision, Target } from './target.ts';

/** Docker on this machine: a container for each release, behind a small one that owns the published port. */
export const docker: Target = {
  name: 'docker',
  summary: 'Docker on this machine, as containers',
  facts: [git, machine, dockerFact, image, containers, serving, kept, ports, environments].map(({ name }) => name),
  place: config => `containers ${baseName(config)}-*, state ${shownState(config)}`,

  wanted: (config, facts) => ({ release: need(image, facts).tag, config: containerConfigOf(config, facts) }),

  logs: (config, _facts, options) => call('container-logs', 'tail', { door: baseName(config), ...options }),

  build: makeImage,

  deploy(config, facts, { acceptDataLoss }) {
    const release = need(image, facts).tag;
    return decide(config, facts, { release, acceptDataLoss, make: makeImage(config, facts) });
  },

  rollback(config, facts, { release, acceptDataLoss }) {
    const { settings, backups } = need(kept, facts);
    const then = withSettings(config, settings[release]);
    const restore = acceptDataLoss ? backups.find(name => name.startsWith(`${release}-`)) : undefined;
    return decide(then, facts, { release, acceptDataLoss, make: [], ...(restore !== undefined && { restore }) });
  },

  destroy: (config, facts, { data }) => ({
    steps: removeSteps(config, facts, data),
    leftovers: data ? leftoversOf(config, facts) : [],
  }),
};

interface Parts extends Running {
  readonly make: readonly Step[];
}

const decide = (config: Config, facts: Facts, { make, ...running }: Parts): Decision => {
  const { release } = running;
  const named = { release, config: containerConfigOf(config, facts), settings: containerSettings(config) };
  const now = need(serving, facts);
  if (now.release !== release || now.config !== named.config) {
    const container = containerName(config, facts, release);
    const start = runsBeside(config) ? [startBeside(config, facts, running)] : [];
    const url = urlOf(config.app.host, publishedPort(config, facts));
    const health = proveContainer(config, { release, container, url });
    return {
      ...named,
      steps: [
        ...make,
        ...openDoor(config, facts),
        ...start,
        leadTo(config, facts, running),
        health,
        ...retire(runningBeside(facts, container)),
        ...cleanDocker(config, facts, release),
      ],
    };
  }
  return {
    ...named,
    steps: [...openDoor(config, facts), ...unproved(config, facts), ...strays(config, facts, release)],
  };
};

/** It serves, and the run that let it serve did not live to prove it; or its door is not the one it was proved behind. */
const unproved = (config: Config, facts: Facts): Step[] => {
  const now = need(serving, facts);
  const { proved, provedConfig } = need(kept, facts);
  const isProved = proved === now.release && provedConfig === now.config && isDoorRight(config, facts);
  return isProved
    ? []
    : [proveContainer(config, { ...now, url: urlOf(config.app.host, publishedPort(config, facts)) })];
};

/** What runs that were killed have left running. */
const strays = (config: Config, facts: Facts, release: string): Step[] => {
  const running = runningBeside(facts, need(serving, facts).container);
  return running.length === 0 ? [] : [...retire(running), ...cleanDocker(config, facts, release)];
};

const runningBeside = (facts: Facts, container: string): string[] =>
  need(containers, facts)
    .releases.filter(({ name, runs }) => runs && name !== container)
    .map(({ name }) => name);

/** What deploy made, and nothing else; the data only when asked, and with them the history. */
const MADE = ['evidence'];

const removeSteps = (config: Config, facts: Facts, data: boolean): Step[] => {
  const now = need(containers, facts);
  const { releases } = need(kept, facts);
  const nothing = now.door === 'none' && !now.trial && now.releases.length === 0 && !now.network;
  if (nothing && releases.length === 0 && !data) return [];
  const names = containersOf(config, facts);
  const volumes = volumesToRemove(config, data);
  const images = releases.map(release => imageOf(config, release));
  const files = data ? [...MADE, 'history.jsonl'] : MADE;
  const gone = [
    ...names.map(name => `container ${name}`),
    ...volumes.map(name => `volume ${name}`),
    ...images.map(name => `image ${name}`),
  ];
  return [
    {
      id: 'remove',
      title: 'Remove what deploy made',
      needs: [containers.name, kept.name],
      changes: [...gone.map((what): Change => ({ action: 'delete', what })), ...(data ? [] : [stays(config)])],
      actions: [
        call('containers', 'remove', { containers: names, networks: [baseName(config)], volumes, images }),
        call('files', 'remove', { paths: files.map(name => `${config.state}/${name}`) }),
      ],
    },
  ];
};

const containersOf = (config: Config, facts: Facts): string[] => {
  const { releases, trial, door } = need(containers, facts);
  return [
    ...releases.map(({ name }) => name),
    ...(trial ? [trialName(config)] : []),
    ...(door === 'none' ? [] : [baseName(config)]),
  ];
};

const volumesToRemove = (config: Config, data: boolean): string[] => {
  const { run, ...lasting } = volumesOf(config);
  const more = Object.keys(config.app.container.volumes).map(name => volumeOf(config, name));
  return data ? [run, ...Object.values(lasting), ...more] : [run];
};

const stays = (config: Config): Change => ({
  action: 'keep',
  what: `the data in volume ${volumesOf(config).data}`,
  because: '--data deletes them too',
});

/** The lock, and what is known of images, go with the last state: the others count on them. */
const leftoversOf = ({ root, state }: Config, facts: Facts): string[] =>
  (environments.of(facts) ?? []).length === 0 ? [keptFolder(root)] : [state];
