import process from 'node:process';
import { clients as allClients } from '../clients/index.ts';
import type { Config } from '../config/config.ts';
import { type Command, call } from '../core/action.ts';
import type { Facts } from '../core/fact.ts';
import type { Demand } from '../core/facts/demand.ts';
import { canonical, type Json, type JsonObject } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import type { Client, Outcome, Runner } from '../core/runner.ts';
import { createProcessRunner } from '../engine/process-runner.ts';
import { createRedactor, type Redactor } from '../engine/redact.ts';
import { envSecrets, type Secrets } from '../engine/secrets.ts';
import { observe } from '../observe/index.ts';
import type { Ask } from '../observe/observer.ts';

/** Everything through which the world is touched. */
export interface World {
  readonly runner: Runner;
  readonly clients: Readonly<Record<string, Client>>;
  readonly redactor: Redactor;
  readonly secrets: Secrets;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface WorldOptions {
  /** Where secrets are looked up. Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops a run in order: what was begun is put back. */
  readonly signal?: AbortSignal;
  /** For tests and for hosts with programs of their own. Default: real processes. */
  readonly runner?: Runner;
  /** Who answers calls; added to the built-in clients. */
  readonly clients?: Readonly<Record<string, Client>>;
}

export const createWorld = (options: WorldOptions): World => {
  const redactor = createRedactor();
  const env = options.env ?? process.env;
  const secrets = envSecrets(env, redactor);
  return {
    redactor,
    secrets,
    env,
    runner: options.runner ?? createProcessRunner(secrets, redactor),
    clients: { ...allClients, ...options.clients },
    signal: stoppable(options.signal),
  };
};

/** However a host aborts its signal, it is told as what it is: somebody stopped the run. */
const stoppable = (signal: AbortSignal | undefined): AbortSignal => {
  const stop = new AbortController();
  const pass = (): void => stop.abort(reasonOf(signal?.reason));
  if (signal?.aborted) pass();
  else signal?.addEventListener('abort', pass, { once: true });
  return stop.signal;
};

const reasonOf = (reason: unknown): BytechatError =>
  reason instanceof BytechatError ? reason : new BytechatError({ code: 'interrupted', message: 'It was stopped' });

/** What the config calls secret is known to the redactor before anything is looked at. */
export const learnSecrets = ({ app, registry }: Config, { secrets }: World): void => {
  for (const name of [...app.secrets, ...(registry ? [registry.password] : [])])
    if (secrets.has(name)) secrets.reveal(name);
};

/** `demand`: what is asked of a place, for the facts that tell whether it has it. */
export const look = (
  names: readonly string[],
  config: Config,
  world: World,
  demand?: Demand | undefined,
): Promise<Facts> => observe(names, { config, env: world.env, ...(demand && { demand }) }, askerOf(world));

/** Of one look the same question is asked once, whoever asks it. */
const askerOf = ({ runner, clients, signal, secrets }: World): Ask => {
  const asked = new Map<string, Promise<Outcome>>();
  const calls = new Map<string, Promise<Json | undefined>>();
  const outcome = (question: Command): Promise<Outcome> => {
    const key = canonical(question as unknown as Json);
    const known = asked.get(key) ?? runner.run(question, { signal });
    asked.set(key, known);
    return known;
  };
  return {
    outcome,
    keep: secrets.keep,
    async read(question: Command) {
      const { status, stdout } = await outcome(question);
      return status === 'ok' ? stdout.trim() : undefined;
    },
    call(api: string, method: string, request: JsonObject) {
      const client = clients[api];
      if (!client) throw new Error(`there is no client for the API ${api}`);
      const question = call(api, method, request);
      const key = canonical(question as unknown as Json);
      const known = calls.get(key) ?? client(question, { signal, runner, reveal: secrets.reveal });
      calls.set(key, known);
      return known;
    },
  };
};
