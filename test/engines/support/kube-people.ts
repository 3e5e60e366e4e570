import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { kubectl } from '../../support/cluster.ts';
import { folderWith } from '../../support/folder.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string }[];
  readonly users: readonly object[];
  readonly contexts: readonly object[];
}

/** A kubeconfig with a context for each of these tokens besides the administrator's, which stays the current one. */
export const withPeople = async (tokens: Readonly<Record<string, string>>): Promise<void> => {
  const config = JSON.parse(
    await kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'),
  ) as Kubeconfig;
  const cluster = config.clusters[0]?.name;
  const names = Object.keys(tokens);
  const whole = {
    ...config,
    users: [...config.users, ...names.map(name => ({ name, user: { token: tokens[name] } }))],
    contexts: [...config.contexts, ...names.map(name => ({ name, context: { cluster, user: name } }))],
  };
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = join(folderWith({ config: JSON.stringify(whole) }), 'config');
  onTestFinished(() => {
    process.env.KUBECONFIG = before;
  });
};

/** Somebody who may do nothing at all yet, and their token. */
export const newcomer = async (namespace: string): Promise<string> => {
  await kubectl('create', 'serviceaccount', 'ci', '-n', namespace);
  return kubectl('create', 'token', 'ci', '-n', namespace);
};

/** Every request of this process to the API server from now on: `GET /api/v1/…`. */
export const requestsFrom = (): readonly string[] => {
  const asked: string[] = [];
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    if (/^\/apis?\//.test(request.path)) asked.push(`${request.method} ${request.path}`);
  };
  subscribe('http.client.request.start', note);
  onTestFinished(() => void unsubscribe('http.client.request.start', note));
  return asked;
};
