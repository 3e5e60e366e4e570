import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
}

interface LinkRequest {
  /** Absolute. */
  readonly context: string;
  /** As the image is called: other content, another name. */
  readonly name: string;
}

/**
 * Gives an image the name of its inputs, once it is certain that it was built from these. A run that is killed before
 * leaves no image under that name that is not what the name says.
 */
export const build: Client = async ({ method, request }, options) => {
  if (method === 'link') return link(request as unknown as LinkRequest);
  if (method === 'unlink') return unlink(String(request.path));
  if (method !== 'name') throw new Error(`build has no ${method}`);
  return name(request as unknown as StampRequest, options);
};

/**
 * BuildKit remembers a context by the last part of its path, and takes a file that has the size and time of then for the one
 * of then; what npm installs has one time for all its versions. So each content gets a path of its own.
 */
const link = async ({ context, name: last }: LinkRequest): Promise<Json> => {
  const path = join(await mkdtemp(join(tmpdir(), 'bytechat-context-')), last);
  await symlink(context, path);
  return { path };
};

/** What a build that failed has left stays, so that its command can be tried again. */
const unlink = async (path: string): Promise<Json> => {
  await rm(dirname(path), { recursive: true, force: true });
  return {};
};

const name = async (request: StampRequest, options: CallOptions): Promise<Json> => {
  const { subject, stamp, planned, built, image } = request;
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
