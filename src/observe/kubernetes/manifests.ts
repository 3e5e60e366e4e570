import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { manifestsIn, type Read, twice, type Written } from '../../config/manifests.ts';
import { idOf } from '../../core/facts/kube-set.ts';
import { nameFor } from '../../core/hash.ts';
import type { Json, JsonObject, SecretRef } from '../../core/json.ts';
import { type KubeObject, OWN, objectKey } from '../../core/kube.ts';
import type { Problem } from '../../core/problem.ts';
import { readIfThere } from '../../engine/files.ts';
import type { Ask, Observer, Subject } from '../observer.ts';

/** Where each object stands, beside what is said of it. */
export const readManifests = async ({ config }: Subject, ask: Ask): Promise<Read> => {
  const { manifests } = config.kubernetes;
  if (manifests === undefined) return { written: [], problems: [] };
  const files = await filesOf(manifests);
  if (files === undefined) return { written: [], problems: [notThere(manifests)] };
  const read = await Promise.all(files.map(file => readOne(file)));
  const written = read.flatMap(each => each.written);
  const { namespace } = config.kubernetes;
  const problems = [
    ...read.flatMap(each => each.problems),
    ...twice(written, object => idOf(object, namespace)),
    ...written.flatMap(unreadableSecrets),
  ];
  if (problems.length > 0) return { written: [], problems };
  return { written: written.map(each => ({ ...each, object: ours(each.object, config, ask) })), problems };
};

export const observeManifests: Observer = async (subject, ask): Promise<Json> => {
  const { written, problems } = await readManifests(subject, ask);
  return { manifests: written.map(({ object, where }) => ({ object, where })), problems } as unknown as Json;
};

const KINDS = /\.(ya?ml|json)$/i;

/** Those that lie in the folder itself, by name, as `kubectl apply -f` takes them. */
const filesOf = async (path: string): Promise<readonly string[] | undefined> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found && [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter(entry => !entry.isDirectory() && KINDS.test(entry.name))
    .map(({ name }) => join(path, name))
    .sort();
};

const shown = (path: string): string => relative(process.cwd(), path) || path;

const readOne = async (file: string): Promise<Read> => manifestsIn((await readIfThere(file)) ?? '', shown(file));

const notThere = (path: string): Problem => ({
  code: 'missing-file',
  message: `${shown(path)} is not there`,
  fix: 'correct --file',
});

const VALUES = ['data', 'stringData'] as const;

const isSecret = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === 'v1' && kind === 'Secret';

/** A value that is no text would have to be shown to say so. */
const unreadableSecrets = ({ object, at }: Written): Problem[] =>
  isSecret(object)
    ? VALUES.flatMap(field =>
        Object.entries((object[field] ?? {}) as JsonObject)
          .filter(([, value]) => typeof value !== 'string')
          .map(([key]) => ({
            code: 'invalid-value' as const,
            message: `${objectKey(object)}: ${field}.${key} is no text`,
            where: { file: at([field, key]).file, line: at([field, key]).line ?? 1 },
            fix: 'put it in quotes',
          })),
      )
    : [];

/** Labelled with its set, its values put away, and stamped with the hash of what it is then. */
const ours = (object: KubeObject, config: Config, ask: Ask): KubeObject => {
  const labels = { ...object.metadata.labels, [OWN.app]: setName(config) };
  const labelled = { ...object, metadata: { ...object.metadata, labels } };
  const hidden = isSecret(labelled) ? withoutValues(labelled, config, ask) : labelled;
  const annotations = { ...hidden.metadata.annotations, [OWN.applied]: nameFor(hidden as unknown as Json) };
  return { ...hidden, metadata: { ...hidden.metadata, annotations } };
};

const withoutValues = (secret: KubeObject, config: Config, ask: Ask): KubeObject => {
  const id = idOf(secret, config.kubernetes.namespace).split('|').slice(2).join('/');
  const name = (key: string): string => `${key} of Secret ${id}`;
  const texts = Object.entries((secret.stringData ?? {}) as Record<string, string>);
  const coded = Object.entries((secret.data ?? {}) as Record<string, string>);
  const plain = [...coded.flatMap(([key, value]) => decoded(key, value)), ...texts];
  const kept = (entries: readonly (readonly [string, string])[]): { [key: string]: SecretRef } =>
    Object.fromEntries(entries.map(([key, value]) => [key, ask.keep(name(key), value)]));
  const raw = coded.filter(([key]) => !plain.some(([other]) => other === key));
  const { data: _data, stringData: _texts, ...rest } = secret;
  return {
    ...rest,
    ...(raw.length > 0 && { data: kept(raw) }),
    ...(plain.length > 0 && { stringData: kept(plain) }),
  } as unknown as KubeObject;
};

/** What is text is put away as text, so that it is known in every form; what is not stays as it is sent. */
const decoded = (key: string, value: string): [string, string][] => {
  const bytes = Buffer.from(value, 'base64');
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text).equals(bytes) && bytes.toString('base64') === value.trim();
  return isText ? [[key, text]] : [];
};
