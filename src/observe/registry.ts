import { imageOf } from '../config/containers.ts';
import { storedAt } from '../config/stored.ts';
import type { ImageFact } from '../core/facts/image.ts';
import type { Json } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import { observeImage } from './docker/image.ts';
import type { Observer } from './observer.ts';

/** What the registry has, looked into. Whatever keeps it from answering is a Problem: nobody decides on half a list. */
export const observeRegistry: Observer = async ({ config }, ask) => {
  const stored = storedAt(config);
  return stored ? ((await ask.call('registry', 'list', { ...stored })) as Json) : null;
};

/** Some registries refuse to speak of a repository that does not exist yet: whoever pushes will be told. */
export const observePublished: Observer = async ({ config }, ask) => {
  const stored = storedAt(config);
  if (!stored) return null;
  try {
    return (await ask.call('registry', 'tags', { ...stored })) as Json;
  } catch (error) {
    if (error instanceof BytechatError && error.problem.code === 'registry-refused') return [];
    throw error;
  }
};

/** One short look, at the image that the inputs of now make. */
export const observeStored: Observer = async (subject, ask) => {
  const at = storedAt(subject.config);
  if (!at) return '';
  const { tag } = (await observeImage(subject, ask)) as ImageFact;
  const found = await ask.call('registry', 'glance', { ...at, image: imageOf(subject.config, tag) });
  return (found as { readonly digest: string } | null)?.digest ?? '';
};
