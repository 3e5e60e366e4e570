import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../core/json.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import * as docker from '../tools/docker.ts';
import { tell } from './door.ts';

interface TailRequest {
  readonly door: string;
  readonly follow: boolean;
  readonly lines: number;
}

/** The last lines of the container that serves, and what comes after. A hand-over goes on with the next container. */
export const containerLogs: Client = async ({ method, request }, options) => {
  if (method !== 'tail') throw new Error(`container-logs has no ${method}`);
  return tail(request as unknown as TailRequest, options);
};

const LOOK_MS = 250;

const tail = async ({ door, follow, lines }: TailRequest, options: CallOptions): Promise<Json> => {
  let current = await servingAt(door, options);
  let ended = await print(current, { tail: lines, follow }, options);
  while (follow && !options.signal?.aborted) {
    await sleep(LOOK_MS, undefined, { ...(options.signal && { signal: options.signal }) }).catch(() => {});
    if (options.signal?.aborted) break;
    const next = await servingAt(door, options);
    // What Docker has started again meanwhile has printed; of another container everything is new.
    ended = await print(next, { follow, ...(next === current && { since: ended }) }, options);
    current = next;
  }
  return { detail: current };
};

const servingAt = async (door: string, options: CallOptions): Promise<string> =>
  (await tell(door, 'status', {}, options)).current?.container ?? '';

/** Ends when the container does, or when somebody stops it; following, that is how it should be. Answers with when. */
const print = async (
  container: string,
  request: docker.LogRequest,
  { runner, signal, onLine }: CallOptions,
): Promise<string> => {
  if (container !== '') await runner?.run(docker.logs(container, request), { signal, onLine });
  return new Date().toISOString();
};
