import type { Config } from '../config/config.ts';
import { baseName } from '../config/containers.ts';
import { type Action, call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers, type TrialFact } from '../core/facts/containers.ts';
import { image } from '../core/facts/image.ts';
import { ports } from '../core/facts/ports.ts';
import { short } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Step } from '../core/step.ts';
import { urlOf } from '../core/url.ts';
import * as docker from '../tools/docker.ts';
import { appRequest, containerConfigOf } from './container-run.ts';
import { makeImage } from './image.ts';

/** The one container of `docker run`: beside whatever is deployed, and no part of it. */
export const trialName = (config: Config): string => `${baseName(config)}-run`;

export const trialUrl = (config: Config, facts: Facts): string => urlOf(config.app.host, portOf(config, facts));

/** The port that it has, also when another image takes its place; else the first that is free. */
const portOf = ({ app: { port } }: Config, facts: Facts): number => {
  const { trial } = need(containers, facts);
  return trial?.runs && trial.port >= port.from && trial.port <= port.to ? trial.port : need(ports, facts).free;
};

/** What runs already, when it is what would be started. */
const now = (config: Config, facts: Facts): TrialFact | undefined => {
  const { trial } = need(containers, facts);
  const isSame =
    trial?.release === need(image, facts).tag && trial.config === containerConfigOf(config, facts) && trial.runs;
  return isSame ? trial : undefined;
};

/** Nothing, when it runs. */
export const tryImage = (config: Config, facts: Facts): Step[] => {
  if (now(config, facts)) return [];
  const { tag } = need(image, facts);
  const name = trialName(config);
  return [
    ...makeImage(config, facts),
    {
      id: 'run',
      title: `Run ${short(tag)}`,
      needs: [containers.name, ports.name],
      changes: [{ action: 'create', what: `container ${name} on port ${portOf(config, facts)}` }],
      actions: [...removeTrial(config, facts), docker.runContainer(requestFor(config, facts)), prove(config, facts)],
      undo: [call('containers', 'remove', { containers: [name] })],
    },
  ];
};

const removeTrial = (config: Config, facts: Facts): Action[] =>
  need(containers, facts).trial ? [call('containers', 'remove', { containers: [trialName(config)] })] : [];

const requestFor = (config: Config, facts: Facts): docker.ContainerRequest => {
  const { container, host } = config.app;
  return {
    ...appRequest(config, facts, { release: need(image, facts).tag, role: 'run' }),
    name: trialName(config),
    volumes: {},
    inMemory: [container.data, ...Object.values(container.volumes)],
    publish: `${host}:${portOf(config, facts)}:${container.port}`,
    restart: 'no',
  };
};

const prove = (config: Config, facts: Facts): Action =>
  call('health', 'wait', {
    checks: config.app.health as unknown as JsonObject[],
    at: { url: trialUrl(config, facts) },
    passes: 1,
    withinMs: config.health.within * 1000,
    release: need(image, facts).tag,
    container: trialName(config),
    inside: `http://localhost:${config.app.container.port}`,
  });

/** Nothing, when there is none. */
export const endTrial = (config: Config, facts: Facts): Step[] => {
  const name = trialName(config);
  if (!need(containers, facts).trial) return [];
  return [
    {
      id: 'stop',
      title: `End ${name}`,
      needs: [containers.name],
      changes: [{ action: 'delete', what: `container ${name}` }],
      actions: [docker.stop(name), call('containers', 'remove', { containers: [name] })],
    },
  ];
};
