import type { AskAt } from '../core/door.ts';
import type { JsonObject } from '../core/json.ts';
import type { CallOptions } from '../core/runner.ts';
import { type Answer, askSocket, askUrl } from '../engine/http.ts';
import { tell } from './door.ts';

/**
 * Where an app is asked: at its address; before it serves, on its private socket; and in a container, whose socket and
 * port only its door can reach, through that.
 */
export type Where = { readonly url: string } | { readonly socket: string } | Inside;

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
  if ('socket' in where) return askSocket(where.socket, { method: 'GET', path, timeoutMs, signal });
  return askInside(where, { path, timeoutMs }, options);
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
  const request: JsonObject = { at: { ...where.at }, path, timeoutMs: 5000 };
  return `echo '${JSON.stringify(request)}' | docker exec -i ${where.door} node /door/door.js tell ask`;
};
