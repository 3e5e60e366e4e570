import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { loginOf, referenceOf, repositoryOf, type Stored } from '../core/repository.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { pause } from '../engine/pause.ts';
import { type Answer, said } from './registry/fetch.ts';
import { ACCEPT, typeIn } from './registry/manifest.ts';
import { unexpected } from './registry/problems.ts';
import { openSession, type Timing } from './registry/session.ts';
import { describeTags, platformsOf, pullScope, type Shelf, tagNames } from './registry/tags.ts';

/** Any registry that speaks the OCI distribution protocol, or Docker's, which it came from. */
export const createRegistry =
  (timing: Timing): Client =>
  async ({ method, request }, options) => {
    const asked = request as unknown as Asked;
    if (method === 'glance') return glance(asked, options, timing);
    if (method === 'platforms') return platforms(asked, options, timing);
    const shelf = shelfFor(asked, options, timing);
    if (method === 'check') return check(asked, shelf);
    if (method === 'head') return head(referenceOf(asked.image), shelf);
    if (method === 'tags') return tagNames(shelf);
    if (method === 'list') return describeTags(shelf);
    if (method === 'delete') return remove(referenceOf(asked.image), shelf);
    throw new Error(`registry has no ${method}`);
  };

/** In ms: a registry that has not answered by then hangs. */
export const TIMEOUT_MS = 10_000;

export const registry: Client = createRegistry({ timeoutMs: TIMEOUT_MS, pause });

interface Asked extends Stored {
  /** Google's credentials are shown, whatever Docker knows. */
  readonly by?: 'google';
}

const shelfFor = ({ image, by, ...login }: Asked, options: CallOptions, timing: Timing): Shelf => {
  const found = repositoryOf(image);
  if (!found) throw new Error(`${image} names no registry`);
  return { ...found, session: openSession({ host: found.host, login: by ?? loginOf(login) }, options, timing) };
};

/** Whether the login is let in at all. */
const check = async ({ username, by }: Asked, { host, session }: Shelf): Promise<Json> => {
  const answer = await session.ask({ method: 'GET', path: '/v2/', wanted: 'in' });
  if (answer.status !== 200) throw new BytechatError(unexpected(host, answer));
  return {
    detail: by === undefined && username === undefined ? `${host} answers` : `${host} lets ${username ?? 'you'} in`,
  };
};

/** What a tag or a digest leads to; null when there is nothing. */
const head = async (reference: string, shelf: Shelf): Promise<Json> => {
  const answer = await shelf.session.ask({
    method: 'HEAD',
    path: `/v2/${shelf.name}/manifests/${reference}`,
    accept: ACCEPT,
    scope: pullScope(shelf),
    wanted: `read ${shelf.name}`,
  });
  if (answer.status === 404) return null;
  const digest = answer.headers.get('docker-content-digest');
  if (answer.status !== 200 || digest === null) throw new BytechatError(unexpected(shelf.host, answer));
  return { digest, mediaType: typeIn(answer.headers), size: Number(answer.headers.get('content-length') ?? 0) };
};

/** In ms: whoever only wants to know what could be saved does not wait for long. */
const GLANCE_MS = 3000;

/** One short look at what a tag leads to; null also when nobody answers, or lets us in. */
const glance = (asked: Stored, options: CallOptions, timing: Timing): Promise<Json> =>
  shortly(options, null, signal => head(referenceOf(asked.image), shelfFor(asked, { ...options, signal }, timing)));

const shortly = async (
  { signal: stop }: CallOptions,
  otherwise: Json,
  work: (signal: AbortSignal) => Promise<Json>,
): Promise<Json> => {
  const over = AbortSignal.timeout(GLANCE_MS);
  try {
    return await work(stop ? AbortSignal.any([stop, over]) : over);
  } catch {
    stop?.throwIfAborted();
    return otherwise;
  }
};

/** What an image is for; `gone` when its registry knows no such image. Nobody who does not answer is taken to say so. */
const platforms = (asked: Stored, options: CallOptions, timing: Timing): Promise<Json> =>
  shortly(options, { image: [], gone: false }, async signal => {
    const found = await platformsOf(referenceOf(asked.image), shelfFor(asked, { ...options, signal }, timing));
    return { image: found ?? [], gone: found === undefined };
  });

/** Deletes a manifest and every tag that leads to it. One that is gone already is as it should be. */
const remove = async (digest: string, shelf: Shelf): Promise<Json> => {
  const answer = await shelf.session.ask({
    method: 'DELETE',
    path: `/v2/${shelf.name}/manifests/${digest}`,
    scope: `repository:${shelf.name}:delete`,
    wanted: `delete from ${shelf.name}`,
  });
  if (answer.status === 404) return { detail: 'it was gone already' };
  if (answer.status === 405 || /UNSUPPORTED/.test(answer.text)) throw new BytechatError(noDelete(shelf, answer));
  if (answer.status >= 300) throw new BytechatError(unexpected(shelf.host, answer));
  return { digest };
};

const noDelete = ({ host, name }: Shelf, answer: Answer): Problem => ({
  code: 'registry-refused',
  message: `${host} deletes nothing`,
  because: said(answer),
  fix: `let its owner switch deleting on, or leave old images of ${name} to its own rules of retention`,
});
