import type { TagFact } from '../../core/facts/registry.ts';
import { BytechatError } from '../../core/problem.ts';
import { addressOf, type Repository } from '../../core/repository.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import type { Answer } from './fetch.ts';
import { ACCEPT, configIn, type ImageConfig, type Manifest, manifestIn } from './manifest.ts';
import { unexpected } from './problems.ts';
import type { Session } from './session.ts';

/** How many tags are looked into at once. */
const SIDE_BY_SIDE = 8;
const PAGE = 1000;

/** Talks to one registry about one of its repositories. */
export interface Shelf extends Repository {
  readonly session: Session;
}

export const pullScope = ({ name }: Repository): string => `repository:${name}:pull`;

/** The answer with what was asked for; undefined when it is not there. Whatever else is said is no reason to think so. */
const read = async (shelf: Shelf, path: string, accept?: string): Promise<Answer | undefined> => {
  const { host, name, session } = shelf;
  const answer = await session.ask({
    method: 'GET',
    path: path.startsWith('/v2/') ? path : `/v2/${name}/${path}`,
    scope: pullScope(shelf),
    wanted: `read ${name}`,
    ...(accept && { accept }),
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200 || !isJson(answer.text)) throw new BytechatError(unexpected(host, answer));
  return answer;
};

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

/** The names of all tags, page by page. A repository that nobody pushed to has none. */
export const tagNames = async (shelf: Shelf): Promise<string[]> => {
  const names = new Set<string>();
  const seen = new Set<string>();
  for (let page: string | undefined = `tags/list?n=${PAGE}`; page !== undefined && !seen.has(page); ) {
    seen.add(page);
    const answer: Answer | undefined = await read(shelf, page);
    for (const name of answer ? namesIn(answer) : []) names.add(name);
    page = answer && nextIn(answer, shelf);
  }
  return [...names].sort();
};

const namesIn = ({ text }: Answer): readonly string[] =>
  (JSON.parse(text) as { tags?: readonly string[] | null }).tags ?? [];

/**
 * `</v2/team/shop/tags/list?last=b&n=2>; rel="next"`: asked of this registry, whatever host it names, because the
 * login goes along, and because what stands behind a proxy knows itself by another name.
 */
const nextIn = ({ headers }: Answer, { host }: Shelf): string | undefined => {
  const [, link] = /<([^>]+)>\s*;[^,]*rel="?next"?/i.exec(headers.get('link') ?? '') ?? [];
  if (link === undefined) return undefined;
  const { pathname, search } = new URL(link, addressOf(host));
  return pathname + search;
};

/** Every tag with what it leads to. One that vanishes meanwhile is left out. */
export const describeTags = async (shelf: Shelf): Promise<TagFact[]> => {
  const names = await tagNames(shelf);
  const found = await sideBySide(names, SIDE_BY_SIDE, tag => describe(tag, shelf));
  return found.filter(tag => tag !== undefined);
};

/** What an image is for: `linux/amd64`, several of an index. Undefined when there is no such image. */
export const platformsOf = async (reference: string, shelf: Shelf): Promise<string[] | undefined> => {
  const manifest = await manifestOf(reference, shelf);
  if (!manifest) return undefined;
  const known = manifest.children.flatMap(({ isImage, platform }) => (isImage ? [platform] : []));
  if (known.length > 0 && known.every(platform => platform !== '')) return known;
  const images = await imagesOf(manifest, shelf);
  const places = images.flatMap(({ config }) => (config ? [config.digest] : []));
  const configs = await sideBySide(places, SIDE_BY_SIDE, digest => configOf(digest, shelf));
  return configs.map(({ platform }) => platform).filter(platform => platform !== '');
};

const describe = async (tag: string, shelf: Shelf): Promise<TagFact | undefined> => {
  const manifest = await manifestOf(tag, shelf);
  if (!manifest) return undefined;
  const images = await imagesOf(manifest, shelf);
  const configs: ImageConfig[] = [];
  for (const { config } of images) if (config) configs.push(await configOf(config.digest, shelf));
  return {
    tag,
    digest: manifest.digest,
    size: images.reduce((sum, { bytes }) => sum + bytes, 0),
    created: latest(configs.map(({ created }) => created)),
    platform: [...new Set(configs.map(({ platform }) => platform))].filter(Boolean).join(', '),
    parts: manifest.children.map(({ digest }) => digest),
  };
};

const latest = (times: readonly string[]): string => times.toSorted().at(-1) ?? '';

/** The image itself, or those that an index leads to. */
const imagesOf = async (manifest: Manifest, shelf: Shelf): Promise<Manifest[]> => {
  if (manifest.children.length === 0) return [manifest];
  const children: (Manifest | undefined)[] = [];
  for (const { digest, isImage } of manifest.children) if (isImage) children.push(await manifestOf(digest, shelf));
  return children.filter(child => child !== undefined);
};

const manifestOf = async (reference: string, shelf: Shelf): Promise<Manifest | undefined> => {
  const answer = await read(shelf, `manifests/${reference}`, ACCEPT);
  return answer && manifestIn(answer);
};

const configOf = async (digest: string, shelf: Shelf): Promise<ImageConfig> => {
  const answer = await read(shelf, `blobs/${digest}`);
  return answer ? configIn(answer.text) : { created: '', platform: '' };
};
