import { call } from '../core/action.ts';
import type { Json } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import { addressOf, type Login } from '../core/repository.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import * as docker from '../tools/docker.ts';
import { type DockerEnv, withLogin } from './image/login.ts';
import { digestIn, judge, type Moving } from './image/verdict.ts';
import { whileItAnswers } from './image/watch.ts';
import { credentialsFor } from './registry/credentials.ts';
import { patiently, realPause } from './registry/patience.ts';
import type { Timing } from './registry/session.ts';
import { createRegistry, TIMEOUT_MS } from './registry.ts';

interface PushRequest {
  readonly host: string;
  /** The repository in the registry, as its API calls it. */
  readonly name: string;
  readonly tag: string;
  /** As Docker calls it: `registry.example.org/team/shop:b7c01e55d3f0`. */
  readonly image: string;
  readonly login: Login | null;
}

/** In ms: how long docker may be silent before the registry is asked whether it is still there. */
const QUIET_MS = 15_000;
/** In ms: what a push may take in all. A slow line needs its time, and nobody waits for ever. */
const PUSH_MS = 60 * 60_000;

export interface PushTiming extends Timing {
  readonly quietMs: number;
}

/** Images between this Docker and a registry. */
export const createImage = (timing: PushTiming): Client => {
  const registry = createRegistry(timing);
  return async ({ method, request }, options) => {
    if (method !== 'push') throw new Error(`image has no ${method}`);
    return push(request as unknown as PushRequest, options, { ...timing, registry });
  };
};

export const image: Client = createImage({ timeoutMs: TIMEOUT_MS, pause: realPause, quietMs: QUIET_MS });

interface Tools extends PushTiming {
  readonly registry: Client;
}

/**
 * Pushes an image, and answers with the digest that it has there. A registry that hangs is noticed before the push by one
 * request, and during it by asking while docker is silent: docker says nothing while a layer travels.
 */
const push = async (request: PushRequest, options: CallOptions, tools: Tools): Promise<Json> => {
  const { host } = request;
  const head = (): Promise<string | undefined> => digestAt(request, options, tools);
  const there = await unlessRefused(head);
  if (there !== undefined) return { digest: there, detail: `it was there already, ${there.slice(0, 19)}` };
  const said = await withLogin(request, env =>
    patiently(() => pushOnce(request, env, { ...options, ...tools }), { host, ...tools, ...options }),
  );
  const digest = digestIn(said) ?? (await head());
  if (digest === undefined) throw new BytechatError(vanished(request));
  return { digest, detail: digest.slice(0, 19) };
};

const digestAt = async ({ host, name, tag, login }: PushRequest, options: CallOptions, { registry }: Tools) => {
  const asked = { host, name, login: login && { ...login }, reference: tag };
  const found = await registry(call('registry', 'head', asked), options);
  return (found as { readonly digest: string } | null)?.digest;
};

/** Some registries refuse to speak of a repository that does not exist yet: then the push itself will tell. */
const unlessRefused = async (head: () => Promise<string | undefined>): Promise<string | undefined> => {
  try {
    return await head();
  } catch (error) {
    if (error instanceof BytechatError && error.problem.code === 'registry-refused') return undefined;
    throw error;
  }
};

const pushOnce = async (
  { host, name, image: pushed, login }: PushRequest,
  env: DockerEnv,
  { runner, signal, onLine, reveal, quietMs, timeoutMs }: CallOptions & PushTiming,
): Promise<string> => {
  if (!runner) throw new Error('a push needs a runner');
  const command = { ...docker.push(pushed, PUSH_MS), env };
  const who = (): ReturnType<Moving['who']> => credentialsFor(host, login, { reveal, runner, signal });
  const outcome = await whileItAnswers({ host, url: `${addressOf(host)}/v2/`, quietMs, timeoutMs, signal }, watched =>
    runner.run(command, {
      signal: watched.signal,
      onLine: line => {
        watched.heard();
        onLine?.(line);
      },
    }),
  );
  await judge(outcome, { command, image: pushed, host, wanted: `pushing to ${name}`, who });
  return outcome.stdout;
};

const vanished = ({ host, image: pushed }: PushRequest) => ({
  code: 'registry-failed' as const,
  message: `${host} does not have ${pushed}, which was pushed there`,
  fix: 'try again',
});
