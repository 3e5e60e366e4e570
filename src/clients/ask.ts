import type { AskAt } from '../core/door.ts';
import type { JsonObject } from '../core/json.ts';
import type { ClusterRef } from '../core/kube.ts';
import type { CallOptions } from '../core/runner.ts';
import { type Answer, askSocket, askUrl } from '../engine/http.ts';
import { tell } from './door.ts';
import { sessionFor } from './kube/sessions.ts';

/**
 * Where an app is asked: at its address; before it serves, on its private socket; and in a container, whose socket and
 * port only its door can reach, through that.
 */
export type Where = { readonly url: string } | { readonly socket: string } | Inside | { readonly service: ServiceAt };

/** The Service of an app in a cluster, which its API server asks for us. */
export interface ServiceAt extends ClusterRef {
  readonly name: string;
  readonly scheme: 'http' | 'https';
}

export interface Inside {
  readonly door: string;
  readonly at: AskAt;
}

interface Asking {
  readonly path: string;
  readonly timeoutMs: number;
}

/** One GET. Rejects when nobody answers in time, or with the reason of an aborted signal. */
export const askAt = (where: Where, { path, timeoutMs }: Asking, options: CallOptions): Promise<Answer> => {
  const { signal } = options;
  if ('url' in where) return askUrl(where.url + path, { timeoutMs, signal });
  if ('service' in where) return askService(where.service, { path, timeoutMs }, signal);
  if ('socket' in where) return askSocket(where.socket, { method: 'GET', path, timeoutMs, signal });
  return askInside(where, { path, timeoutMs }, options);
};

const servicePath = ({ namespace, name, scheme }: ServiceAt, path: string): string =>
  `/api/v1/namespaces/${namespace}/services/${scheme}:${name}:http/proxy${path}`;

const askService = async (
  service: ServiceAt,
  { path, timeoutMs }: Asking,
  signal: AbortSignal | undefined,
): Promise<Answer> => {
  const session = await sessionFor(service);
  const { status, body } = await session.ask({ path: servicePath(service, path), timeoutMs, signal });
  return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

const askInside = async ({ door, at }: Inside, asking: Asking, options: CallOptions): Promise<Answer> => {
  const asked = await tell(door, 'ask', { at, ...asking }, options);
  if ('status' in asked) return asked;
  throw Object.assign(new Error(asked.error), { code: asked.error, ...(isTimeout(asked.error) && TIMEOUT) });
};

const TIMEOUT = { name: 'TimeoutError' };

const isTimeout = (error: string): boolean => error === 'ETIMEDOUT' || /timeout/i.test(error);

/** A command that asks the same. */
export const reproduceAsk = (where: Where, path: string): string => {
  if ('url' in where) return `curl -i ${where.url}${path}`;
  if ('socket' in where) return `curl -i --unix-socket ${where.socket} http://app${path}`;
  if ('service' in where) return `kubectl get --raw '${servicePath(where.service, path)}'`;
  const request: JsonObject = { at: { ...where.at }, path, timeoutMs: 5000 };
  return `echo '${JSON.stringify(request)}' | docker exec -i ${where.door} node /door/door.js tell ask`;
};
