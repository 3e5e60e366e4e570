import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Json } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { type BuildSubject, stampBuild } from '../engine/build-context.ts';
import * as docker from '../tools/docker.ts';
import { outcomeOf, outputOf } from './docker/run.ts';

interface StampRequest {
  readonly subject: BuildSubject;
  /** The file that says what the last image was built from. */
  readonly stamp: string;
  /** The hash that it was planned with. */
  readonly planned: string;
  /** What was built, and the name that it gets when it is what was planned. */
  readonly built: string;
  readonly image: string;
  /** See `contextLink`. */
  readonly link: string;
}

interface LinkRequest {
  readonly link: string;
  /** Absolute. */
  readonly context: string;
}

/**
 * Gives an image the name of its inputs, once it is certain that it was built from these. A run that is killed before
 * leaves no image under that name that is not what the name says.
 */
export const build: Client = async ({ method, request }, options) => {
  if (method === 'link') return link(request as unknown as LinkRequest);
  if (method !== 'name') throw new Error(`build has no ${method}`);
  return name(request as unknown as StampRequest, options);
};

const link = async ({ link: path, context }: LinkRequest): Promise<Json> => {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(context, path);
  return { link: path };
};

const name = async (request: StampRequest, options: CallOptions): Promise<Json> => {
  const { subject, stamp, planned, built, image, link: used } = request;
  await rm(used, { force: true });
  const hash = await stampBuild(subject, stamp);
  if (hash === planned) await outputOf(docker.tag(built, image), options);
  await outcomeOf(docker.removeImage(built), options);
  if (hash === planned) return { detail: image };
  throw new BytechatError({
    code: 'facts-moved',
    message: 'Files changed while they were built',
    because: 'so nobody could say what this image is made from. It was not released',
    fix: 'deploy again',
  });
};
