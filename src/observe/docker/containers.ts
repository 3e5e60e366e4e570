import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { baseName, LABELS, ownLabels } from '../../config/containers.ts';
import type { DoorStatus } from '../../core/door.ts';
import type { ContainerFact, ContainersFact } from '../../core/facts/containers.ts';
import type { Json } from '../../core/json.ts';
import { jsonLines } from '../../engine/files.ts';
import { sha256 } from '../../engine/hash.ts';
import * as docker from '../../tools/docker.ts';
import { tellDoor } from '../../tools/door.ts';
import type { Ask, Observer } from '../observer.ts';

/** What `inspectContainers` prints of one. */
export interface Inspected {
  readonly name: string;
  readonly state: { readonly Status: string; readonly Running: boolean };
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly restarts: number;
  readonly ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>> | null;
  readonly created: string;
}

export const observeContainers: Observer = async ({ config }, ask): Promise<Json> => {
  const base = baseName(config);
  const doorImage = await doorImageIn(join(config.home, 'dist', 'door'));
  const [own, door, network, image, same] = await Promise.all([
    ownContainers(config, ask),
    doorStatus(base, ask),
    ask.read(docker.inspectNetwork(base)),
    ask.read(docker.inspectImage(doorImage)),
    ask.read(docker.namesLike(base, Object.keys(ownLabels(config)))),
  ]);
  const found = own?.find(({ name }) => name === base);
  const fact: ContainersFact = {
    known: own !== undefined && same !== undefined,
    door: door ? 'answers' : found ? 'stopped' : 'none',
    version: found?.labels[LABELS.door] ?? '',
    ...addressOf(found),
    current: door?.current ?? null,
    left: door?.left ?? false,
    releases: (own ?? []).filter(({ labels }) => labels[LABELS.role] === 'release').map(releaseOf),
    trial: trialIn(own ?? []),
    network: network !== undefined,
    doorImage,
    doorBuilt: image !== undefined,
    taken: own ? takenOf(same ?? '', config) : [],
  };
  return fact as unknown as Json;
};

/** Named by what it is made of. */
const doorImageIn = async (folder: string): Promise<string> => {
  const parts = await Promise.all(['Dockerfile', 'door.js'].map(name => readFile(join(folder, name))));
  return `bytechat-door:${sha256(Buffer.concat(parts)).slice(0, 12)}`;
};

/** Every container of this project's app, in the order of their names. Undefined when Docker does not say. */
export const ownContainers = async (config: Config, ask: Ask): Promise<Inspected[] | undefined> => {
  const ids = await ask.read(docker.containersWith(ownLabels(config)));
  if (ids === undefined) return undefined;
  if (ids === '') return [];
  const { status, stdout, stderr } = await ask.outcome(docker.inspectContainers(ids.split('\n')));
  // One that has gone since it was listed is said to be gone, and the others are told all the same.
  if (status !== 'ok' && !/no such (container|object)/i.test(stderr)) return undefined;
  return jsonLines<Inspected>(stdout)
    .map(each => ({ ...each, name: each.name.replace(/^\//, '') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** What the door says of itself, when it runs. */
export const doorStatus = async (name: string, ask: Ask): Promise<DoorStatus | undefined> => {
  const answer = await ask.read(tellDoor(name, 'status', {}));
  return answer === undefined ? undefined : jsonLines<DoorStatus>(answer)[0];
};

const releaseOf = ({ name, labels, state, created }: Inspected): ContainerFact => ({
  name,
  release: labels[LABELS.release] ?? '',
  config: labels[LABELS.config] ?? '',
  runs: state.Running,
  created,
});

const trialIn = (own: readonly Inspected[]): ContainersFact['trial'] => {
  const found = own.find(({ labels }) => labels[LABELS.role] === 'run');
  if (!found) return null;
  const { release, config, runs } = releaseOf(found);
  return { release, config, runs, port: addressOf(found).port };
};

export const addressOf = (door: Inspected | undefined): { host: string; port: number } => {
  const [binding] = Object.values(door?.ports ?? {})[0] ?? [];
  return { host: binding?.HostIp ?? '', port: Number(binding?.HostPort ?? 0) };
};

/** Containers that are called as ours would be, and are not: told by one question, for ours come and go meanwhile. */
const takenOf = (lines: string, config: Config): string[] => {
  const ours = Object.values(ownLabels(config)).join('\t');
  return lines.split('\n').flatMap(line => {
    const [name = '', ...labels] = line.split('\t');
    return name === '' || labels.join('\t') === ours ? [] : [name];
  });
};
