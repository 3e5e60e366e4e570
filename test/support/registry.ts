import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { createRegistry } from '../../src/clients/registry.ts';
import type { Pause } from '../../src/clients/retry.ts';
import { call } from '../../src/core/action.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { BytechatError, type Problem } from '../../src/core/problem.ts';
import type { CallOptions, Client } from '../../src/core/runner.ts';
import { createProcessRunner } from '../../src/engine/process-runner.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { envSecrets } from '../../src/engine/secrets.ts';
import { docker } from './docker.ts';

const { BYTECHAT_TEST_REGISTRY, BYTECHAT_TEST_OPEN_REGISTRY, BYTECHAT_TEST_DOCKER, BYTECHAT_TEST_ENGINES } =
  process.env;

/** Real registries and a real Docker: what needs them is skipped without, and fails without when engines are required. */
export const withoutRegistry =
  !(BYTECHAT_TEST_REGISTRY && BYTECHAT_TEST_OPEN_REGISTRY && BYTECHAT_TEST_DOCKER) &&
  BYTECHAT_TEST_ENGINES !== 'required';

/** The one that asks for a password, and the one that does not. */
export const locked = BYTECHAT_TEST_REGISTRY ?? '';
export const open = BYTECHAT_TEST_OPEN_REGISTRY ?? '';

export const login = {
  username: process.env.BYTECHAT_TEST_REGISTRY_USER ?? '',
  password: 'BYTECHAT_TEST_REGISTRY_PASSWORD',
} as const;

/** What calls get in a run, with real programs; each has secrets of its own. */
export const realOptions = (env: NodeJS.ProcessEnv = process.env): CallOptions => {
  const redactor = createRedactor();
  const secrets = envSecrets(env, redactor);
  return { reveal: secrets.reveal, runner: createProcessRunner(secrets, redactor) };
};

/** A repository that nobody else has: `bytechat-test/1f2e3d4c`. */
export const ownName = (): string => `bytechat-test/${randomBytes(4).toString('hex')}`;

/** Puts an image of our own under these tags, each with another content, and takes them away when the test is over. */
export const pushedTags = async (repository: string, tags: readonly string[]): Promise<void> => {
  for (const tag of tags) {
    await makeImage(`${repository}:${tag}`, tag);
    await docker('push', `${repository}:${tag}`);
  }
  onTestFinished(() => emptied(repository));
};

/** As little as an image can be: a label over what is here. */
export const makeImage = async (image: string, content: string): Promise<void> => {
  const container = await docker('create', 'busybox:1.37', 'true');
  await docker('commit', '--change', `LABEL content=${content}`, container, image);
  await docker('rm', container);
  onTestFinished(async () => void (await docker('image', 'rm', '--force', image).catch(() => {})));
};

/** Deletes all that is in a repository. */
export const emptied = async (repository: string): Promise<void> => {
  const client = createRegistry({ timeoutMs: 10_000, pause: async () => {} });
  const who = repository.startsWith(`${locked}/`) ? login : {};
  const tags = (await client(call('registry', 'list', { image: repository, ...who }), realOptions())) as {
    digest: string;
  }[];
  for (const digest of new Set(tags.map(tag => tag.digest)))
    await client(call('registry', 'delete', { image: `${repository}@${digest}`, ...who }), realOptions());
};

/** Pauses that are noted and not made. */
export const notedPauses = (): { readonly pause: Pause; readonly pauses: number[] } => {
  const pauses: number[] = [];
  return { pauses, pause: async ms => void pauses.push(ms) };
};

export const asking =
  (client: Client, api: string) =>
  (method: string, request: JsonObject, options: CallOptions = {}): Promise<Json | undefined> =>
    client(call(api, method, request), options);

/** The Problem that it ends with; anything else fails the test. */
export const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof BytechatError) return error.problem;
    throw error;
  }
  throw new Error('it went well');
};
