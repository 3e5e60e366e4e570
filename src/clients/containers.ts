import type { Json } from '../core/json.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import * as docker from '../tools/docker.ts';
import { unless, unlessGone } from './docker/run.ts';

interface RemoveRequest {
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  /** One that somebody else's container uses stays. */
  readonly images?: readonly string[];
}

/** What lies in Docker. Removing what is gone already is no failure: a run before this one may have been killed. */
export const containers: Client = async ({ method, request }, options) => {
  if (method !== 'remove') throw new Error(`containers has no ${method}`);
  return remove(request as unknown as RemoveRequest, options);
};

const remove = async (request: RemoveRequest, options: CallOptions): Promise<Json> => {
  const { containers: names = [], networks = [], volumes = [], images = [] } = request;
  let removed = 0;
  for (const name of names) removed += Number(await unlessGone(docker.remove(name), options));
  for (const name of networks) removed += Number(await unlessGone(docker.removeNetwork(name), options));
  for (const name of volumes) removed += Number(await unlessGone(docker.removeVolume(name), options));
  for (const name of images) removed += Number(await removeImage(name, options));
  return { detail: `${removed} removed` };
};

const IN_USE = /conflict|being used|no such image/i;

const removeImage = (name: string, options: CallOptions): Promise<boolean> =>
  unless(IN_USE, docker.removeImage(name), options);
