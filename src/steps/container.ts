import type { Config } from '../config/config.ts';
import { baseName, imageOf } from '../config/containers.ts';
import { type Action, call } from '../core/action.ts';
import { DOOR_PORT, type Upstream } from '../core/door.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { type ServingFact, serving } from '../core/facts/serving.ts';
import { short } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Change, Step } from '../core/step.ts';
import * as docker from '../tools/docker.ts';
import {
  containerName,
  makeIt,
  prepareFor,
  privately,
  type Running,
  runsBeside,
  standsBy,
  startIt,
  wayTo,
} from './container-run.ts';

/** A container needs a moment before its app can begin, in ms. */
const CONTAINER_MS = 10_000;

const appearsWithin = ({ health }: Config): number => CONTAINER_MS + health.within * 1000;

/** Starts a release beside the one that serves, and lets it prove itself where nobody sees it. */
export const startBeside = (config: Config, facts: Facts, running: Running): Step => {
  const { release, restore } = running;
  const door = baseName(config);
  const container = containerName(config, facts, release);
  const at = privately(config, facts, release) as JsonObject;
  // Its data are not there yet when a copy is to be put in their place: then only its answer is waited for.
  const proof = restore === undefined ? proofOf(config, facts, { ...running, at }) : [];
  return {
    id: 'start',
    title: `Start ${short(release)} beside what serves`,
    needs: [containers.name],
    changes: [],
    actions: [
      prepareFor(config, facts, release),
      ...makeIt(config, facts, release),
      startIt(config, facts, release),
      call('door', 'appears', { door, container, release, at, withinMs: appearsWithin(config) }),
      ...proof,
    ],
    undo: [call('containers', 'remove', { containers: [container] })],
  };
};

const proofOf = (
  config: Config,
  facts: Facts,
  { release, acceptDataLoss, at }: Running & { at: JsonObject },
): Action[] => {
  const where = { door: baseName(config), at };
  const from = need(serving, facts).release;
  const guard = call('data', 'guard', { at: where, from, to: release, accept: acceptDataLoss }, 'data');
  const container = containerName(config, facts, release);
  return [
    ...(standsBy(config) ? [guard] : []),
    call('health', 'wait', { ...healthOf(config, release, container), at: where, passes: 1 }),
  ];
};

/** Hands people over. Putting it back means that the one before serves again, and is healthy. */
export const leadTo = (config: Config, facts: Facts, running: Running): Step => {
  const { release } = running;
  const before = need(serving, facts);
  const container = containerName(config, facts, release);
  return {
    id: 'switch',
    title: before.release === '' ? `Serve ${short(release)}` : `Hand over to ${short(release)}`,
    needs: [serving.name, containers.name],
    changes: [changeOf(before, container, release)],
    actions: runsBeside(config) ? handOver(config, facts, running) : takeOver(config, facts, release),
    undo: [
      goBack(config, facts, release),
      ...provedAgain(config, before),
      call('containers', 'remove', { containers: [container] }),
    ],
  };
};

const handOver = (config: Config, facts: Facts, { release, restore }: Running): Action[] => {
  const guarded = { backup: { $value: 'data.backup' }, oneWay: { $value: 'data.oneWay' } };
  const data = restore === undefined ? (standsBy(config) ? guarded : {}) : { restore };
  const ended = !standsBy(config);
  const request = { door: baseName(config), to: wayTo(config, facts, release), ...(ended && { ended }), data };
  return [
    call('door', 'switch', request, 'serving'),
    docker.update(containerName(config, facts, release), 'unless-stopped'),
  ];
};

/** The old one ends before the new one starts: both would have the data open otherwise. Whoever comes meanwhile waits. */
const takeOver = (config: Config, facts: Facts, release: string): Action[] => {
  const { port, proxyProtocol } = config.app.container;
  const container = containerName(config, facts, release);
  const at = { host: container, port };
  const door = baseName(config);
  const waited = { $value: 'serving.waited' };
  return [
    prepareFor(config, facts, release),
    ...makeIt(config, facts, release),
    call('door', 'switch', { door, to: wayTo(config, facts, release) }, 'serving'),
    startIt(config, facts, release),
    ...(proxyProtocol
      ? []
      : [call('door', 'appears', { door, container, release, at, withinMs: appearsWithin(config), waited })]),
  ];
};

/** Where the door led when this was decided. */
const leadBefore = (facts: Facts): Upstream | null => need(containers, facts).current;

/** The door knows which data the one before needs. */
const goBack = (config: Config, facts: Facts, release: string): Action => {
  const to = leadBefore(facts);
  return call('door', 'back', {
    door: baseName(config),
    from: containerName(config, facts, release),
    to: to as unknown as JsonObject,
    image: to ? imageOf(config, to.release) : '',
  });
};

/** The one before is not merely started again: it is asked. */
const provedAgain = (config: Config, { release, url, container }: ServingFact): Action[] =>
  release === '' ? [] : [call('health', 'wait', { ...healthOf(config, release, container), at: { url }, passes: 1 })];

const changeOf = ({ release: old, url }: ServingFact, container: string, release: string): Change => {
  if (old === '') return { action: 'create', what: `container ${container}, which serves ${short(release)}` };
  const because = old === release ? 'its settings changed' : undefined;
  return { action: 'change', what: `${url} from ${short(old)} to ${short(release)}`, ...(because && { because }) };
};

const healthOf = (config: Config, release: string, container: string): JsonObject => ({
  checks: config.app.health as unknown as JsonObject[],
  withinMs: config.health.within * 1000,
  release,
  container,
  inside: `http://${baseName(config)}:${DOOR_PORT}`,
});

/** Proves the release at the address that people use. */
export const proveContainer = (
  config: Config,
  { release, container, url }: Pick<ServingFact, 'release' | 'container' | 'url'>,
): Step => ({
  id: 'health',
  title: 'Prove that it serves',
  needs: [],
  changes: [],
  actions: [
    call('health', 'wait', { ...healthOf(config, release, container), at: { url }, passes: config.health.passes }),
  ],
});

/** Ends releases that run and do not serve: the one before, and what a run that was killed has left. */
export const retire = (names: readonly string[]): Step[] =>
  names.length === 0
    ? []
    : [
        {
          id: 'retire',
          title: 'End what does not serve any more',
          needs: [],
          changes: names.map((name): Change => ({ action: 'delete', what: `the process of container ${name}` })),
          actions: names.map(docker.stop),
        },
      ];
