import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { ofInfrastructure, terraformFolders, terraformRequest } from '../config/terraform.ts';
import { command } from '../core/action.ts';
import type { TerraformFact } from '../core/facts/terraform.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { readIfThere } from '../engine/files.ts';
import * as tool from '../tools/terraform.ts';
import type { Ask, Observer, Subject } from './observer.ts';

/** The folder that is meant, and how far it is set up. Only files are read, and two questions asked that need no init. */
export const observeTerraform: Observer = async ({ config, env }, ask): Promise<TerraformFact> => {
  const looked = terraformFolders(config);
  const dir = await folderOf(config);
  const said = { dir: dir ?? '', looked, version: await versionOf(ask) };
  const files = dir === undefined ? [] : await configurationsIn(dir);
  if (dir === undefined || files.length === 0)
    return { ...said, exists: false, initialized: false, workspace: '', backend: '', ...NOTHING };
  const text = files.join('\n');
  const sensitive = sensitiveIn(text);
  keepSecrets(sensitive, env, ask);
  const initialized = !needsInit(text) || (await isInitialized(dir, env));
  return {
    ...said,
    exists: true,
    initialized,
    asksBucket: !initialized && leavesBucketOpen(text, env),
    workspace: (await ask.read(tool.workspace({ dir }))) ?? 'default',
    backend: await backendOf(dir, env),
    variables: variablesIn(text).map(({ name }) => name),
    sensitive,
  };
};

const NOTHING = { asksBucket: false, variables: [], sensitive: [] };

/** The one that was named, there or not; else the first of those that are looked for. */
export const folderOf = async ({ terraform, root, environment }: Config): Promise<string | undefined> => {
  if (terraform?.dir !== undefined) return terraform.dir;
  for (const name of terraformFolders({ ...(environment !== undefined && { environment }) })) {
    const dir = resolve(root, name);
    if ((await configurationsIn(dir)).length > 0) return dir;
  }
  return undefined;
};

const configurationsIn = async (dir: string): Promise<string[]> => {
  const names = await readdir(dir).catch(() => []);
  const files = names.filter(name => /\.tf(\.json)?$/.test(name));
  return Promise.all(files.map(name => readFile(join(dir, name), 'utf8').catch(() => '')));
};

const versionOf = async (ask: Ask): Promise<string> => {
  const said = await ask.read(command(tool.terraform, tool.terraform.version, { env: tool.ENV }));
  try {
    return (JSON.parse(said ?? '{}') as { terraform_version?: string }).terraform_version ?? '';
  } catch {
    return '';
  }
};

/** Of several backends one overrides the others, and none of them is judged. */
const leavesBucketOpen = (text: string, { TF_CLI_ARGS_init = '' }: Subject['env']): boolean => {
  const [backend, ...others] = text.matchAll(/^\s*backend\s+"(\w+)"\s*\{([^}]*)\}/gm);
  const [, type, body = ''] = backend ?? [];
  return (
    others.length === 0 && type === 'gcs' && !/^\s*bucket\s*=/m.test(body) && !/backend-config/.test(TF_CLI_ARGS_init)
  );
};

/** Its variables: each block up to the brace that begins a line. */
const variablesIn = (text: string): { readonly name: string; readonly body: string }[] =>
  [...text.matchAll(/^variable\s+"([^"]+)"\s*\{([\s\S]*?)(?:^\}|\}[ \t]*$)/gm)].map(([, name = '', body = '']) => ({
    name,
    body,
  }));

/** Variables that the configuration calls sensitive. */
export const sensitiveIn = (text: string): string[] =>
  variablesIn(text)
    .filter(({ body }) => /^\s*sensitive\s*=\s*true\b/m.test(body))
    .map(({ name }) => name);

/** What programs may repeat is known to the redactor first. */
const keepSecrets = (names: readonly string[], env: Subject['env'], ask: Ask): void => {
  const variables = [...names.map(name => `TF_VAR_${name}`), 'GOOGLE_CREDENTIALS', 'GOOGLE_OAUTH_ACCESS_TOKEN'];
  for (const name of variables) {
    const value = env[name];
    if (value) ask.keep(name, value);
  }
};

/** Without providers, modules and a backend there is nothing to set up. */
const needsInit = (text: string): boolean =>
  /^\s*(backend|cloud|required_providers|provider|module|data)\b|^\s*resource\s+"(?!terraform_data")|^\s*\{/m.test(
    text,
  );

const dataOf = (dir: string, { TF_DATA_DIR = '.terraform' }: Subject['env']): string => resolve(dir, TF_DATA_DIR);

/** What init has left is there, and every provider of the lock file with it. Those that are led elsewhere need none. */
const isInitialized = async (dir: string, env: Subject['env']): Promise<boolean> => {
  const data = dataOf(dir, env);
  if (!(await isThere(data))) return false;
  if (env.TF_REATTACH_PROVIDERS) return true;
  const lock = (await readIfThere(join(dir, '.terraform.lock.hcl'))) ?? '';
  const providers = [...lock.matchAll(/^provider "([^"]+)" \{\s*version\s*=\s*"([^"]+)"/gm)];
  const found = providers.map(([, source = '', version = '']) => isThere(join(data, 'providers', source, version)));
  return (await Promise.all(found)).every(Boolean);
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** `gcs bytechat-state/production`, as init has written it down; `local` when it has set up none. */
const backendOf = async (dir: string, env: Subject['env']): Promise<string> => {
  const text = await readIfThere(join(dataOf(dir, env), 'terraform.tfstate'));
  if (text === undefined) return (await isThere(dataOf(dir, env))) ? 'local' : '';
  const { backend } = JSON.parse(text) as { backend?: { type: string; config?: JsonObject } };
  if (!backend) return 'local';
  const { bucket, prefix, path } = (backend.config ?? {}) as Record<string, Json>;
  const place = [bucket, prefix, path].filter(part => typeof part === 'string' && part !== '').join('/');
  return place === '' ? backend.type : `${backend.type} ${place}`;
};

/** Null where a remote state cannot be read before init. */
export const observeTerraformState: Observer = async ({ config, env }, ask) => {
  const dir = await folderOf(config);
  const files = dir === undefined ? [] : await configurationsIn(dir);
  if (dir === undefined || files.length === 0) return [];
  if (needsInit(files.join('\n')) && !(await isInitialized(dir, env))) return null;
  return (await ask.call('terraform', 'state', { dir, root: config.root })) ?? null;
};

export const observeTerraformOutputs: Observer = async ({ config }, ask) => {
  const dir = await folderOf(config);
  if (dir === undefined || (await configurationsIn(dir)).length === 0) return [];
  const { reveal = false } = config.terraform ?? {};
  return (await ask.call('terraform', 'output', { dir, root: config.root, reveal })) ?? [];
};

/** What Terraform would do to cluster and repository, as far as configuration and state say it. */
export const observeInfrastructure: Observer = async (subject, ask) => {
  if (subject.config.gcp.infrastructure !== 'terraform') return null;
  const config = ofInfrastructure(subject.config);
  const folder = (await observeTerraform({ ...subject, config }, ask)) as TerraformFact;
  const { initialized, exists } = folder;
  const asked = exists && initialized ? await ask.call('terraform', 'pending', terraformRequest(config, folder)) : null;
  return { folder, pending: asked ?? null };
};

export const observeInfrastructureState: Observer = async (subject, ask) => {
  if (subject.config.gcp.infrastructure !== 'terraform') return null;
  return observeTerraformState({ ...subject, config: ofInfrastructure(subject.config) }, ask);
};
