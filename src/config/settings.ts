import { isAbsolute, relative } from 'node:path';
import type { Json } from '../core/json.ts';
import { isInCluster } from '../core/target.ts';
import type { App, Config, Gcp, Kubernetes } from './config.ts';
import type { Origin } from './origin.ts';
import { type AppFile, Settings } from './schema.ts';

/** One effective value, and where it comes from. */
export interface Setting extends Omit<Origin, 'from'> {
  /** As in the file: `app.health.0.http`. */
  readonly key: string;
  readonly value: Json;
  /** `bundled`: the chat that comes with bytechat says so. */
  readonly from: Origin['from'] | 'default' | 'bundled';
}

/** Every value that counts, in the shape of the file: what could be written there to get the same. */
export const settingsOf = (config: Config): Setting[] =>
  leaves(asWritten(config), []).map(({ path, value }) => {
    const key = path.join('.');
    const ofChat = config.app.bundled && path[0] === 'app';
    const origin = config.origins[key] ?? (ofChat ? config.origins[['chat', ...path.slice(1)].join('.')] : undefined);
    return { key, value, ...(origin ?? { from: ofChat ? 'bundled' : 'default' }) };
  });

const asWritten = ({ target, app, registry, kubernetes, gcp, health, keep, root }: Config): Json => ({
  target,
  app: appAsWritten(app, root),
  ...(registry && { registry }),
  ...(isInCluster(target) && { kubernetes: kubernetesAsWritten(kubernetes) }),
  ...(target === 'gcp' && { gcp: gcpAsWritten(gcp) }),
  health: { ...health },
  keep,
});

/** Without what follows from the target. */
const kubernetesAsWritten = ({ gke, context, ...written }: Kubernetes): Json =>
  ({ ...written, ...(context !== undefined && !gke && { context }) }) as unknown as Json;

const gcpAsWritten = ({ registry, ...written }: Gcp): Json => written as unknown as Json;

/** The keys of the schema, in its order: what else an App knows was written nowhere. */
const APP_KEYS = Object.keys(Settings.shape.app.unwrap().shape) as (keyof AppFile)[];

const appAsWritten = (app: App, root: string): Json => {
  const shown = (path: string): string => inProject(path, root);
  const { build, command: words, files, image, port } = app;
  const { command = [], inputs = [], output = '' } = build ?? {};
  const written: { readonly [key: string]: unknown } = {
    ...app,
    build: build && { command, inputs: inputs.map(shown), output: shown(output) },
    files: build || files === '' ? undefined : shown(files),
    command: words.length === 0 ? undefined : words,
    image: image && { ...image, dockerfile: shown(image.dockerfile), context: shown(image.context) },
    port: port.from === port.to ? port.from : `${port.from}-${port.to}`,
  };
  return Object.fromEntries(APP_KEYS.flatMap(key => (written[key] === undefined ? [] : [[key, written[key] as Json]])));
};

const inProject = (path: string, root: string): string => {
  const short = relative(root, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short || '.';
};

interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/** A list of plain values is one leaf, as is what is empty: each has one place. */
const leaves = (value: Json, path: readonly string[]): Leaf[] => {
  if (isLeaf(value)) return [{ path, value }];
  return Object.entries(value as object).flatMap(([key, item]) => leaves(item, [...path, key]));
};

const isLeaf = (value: Json): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.keys(value).length === 0 ||
  (Array.isArray(value) && value.every(item => typeof item !== 'object'));
