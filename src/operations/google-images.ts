import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { imageOf } from '../config/containers.ts';
import { type Facts, need } from '../core/fact.ts';
import { docker } from '../core/facts/docker.ts';
import { git } from '../core/facts/git.ts';
import { googleImages, project, repository } from '../core/facts/google.ts';
import { history } from '../core/facts/history.ts';
import { image } from '../core/facts/image.ts';
import { published, recorded, stored } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import type { Json } from '../core/json.ts';
import { repositoryOf } from '../core/repository.ts';
import { enableApis, makeRepository } from '../steps/google.ts';
import { explained, isOld } from '../steps/google-access.ts';
import { mustBeAtGoogle, ownImages, pruneImages, releasesKnown } from '../steps/google-images.ts';
import { makeImage } from '../steps/image.ts';
import { pushImage, storeOf } from '../steps/registry.ts';
import { change, question } from './operation.ts';

const PARTS = { group: 'Parts', target: 'gcp' } as const;

export const push = change({
  ...PARTS,
  summary: 'build the image, and send it to Artifact Registry, whose repository is made when it is missing',
  options: z.strictObject({}),
  examples: [['bytechat gcr push --project my-project', 'prints the name with its digest']],
  checks: 'build',
  locks: true,
  facts: config => {
    mustBeAtGoogle(config);
    return [git, docker, image, published, stored, project, repository].map(({ name }) => name);
  },
  plan(config, facts) {
    const { tag } = need(image, facts);
    const send = pushImage(config, facts, tag);
    const steps = [
      ...enableApis(config, facts),
      ...makeRepository(config, facts),
      ...(send.length === 0 ? [] : [...makeImage(config, facts), ...send]),
    ];
    return { steps, release: tag, result: resultOf(config, facts), books: 'here', notices: oldNameOf(config) };
  },
});

/** Whoever writes the name of Container Registry learns what it has become. */
const oldNameOf = (config: Config): string[] => {
  const { host = '' } = repositoryOf(storeOf(config).image) ?? {};
  return isOld(host) ? [explained(host)] : [];
};

/** By its digest, when that is known before. */
const resultOf = (config: Config, facts: Facts): string => {
  const digest = need(stored, facts);
  return digest === '' ? imageOf(config, need(image, facts).tag) : `${storeOf(config).image}@${digest}`;
};

/** What tells which images are in use: the history of this machine, and that of the cluster when it is there. */
const USED = [recorded, history, serving].map(({ name }) => name);

export const list = question({
  ...PARTS,
  summary: "the app's images in Artifact Registry: tags, digests, sizes, age",
  options: z.strictObject({}),
  examples: [['bytechat gcr list', 'and which of them are releases']],
  checks: 'reach',
  facts: () => [project.name, repository.name, googleImages.name, ...USED],
  answer(config, facts) {
    const known = releasesKnown(facts);
    const now = need(serving, facts).release;
    const tags = ownImages(config, facts).flatMap(({ tags: names, digest, sizeBytes, uploaded }) =>
      (names.length === 0 ? [''] : names).map(tag => ({
        tag: tag === '' ? 'none' : tag,
        digest,
        size: sizeBytes,
        created: uploaded,
        platform: '',
        serves: tag !== '' && tag === now,
        recorded: known.has(tag),
      })),
    );
    return { ok: true, data: { repository: storeOf(config).image, tags: tags as unknown as Json } };
  },
});

export const prune = change({
  ...PARTS,
  summary: 'delete images that nothing uses from Artifact Registry',
  options: z.strictObject({
    keep: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('how many of the newest stay anyway; by default keep of the file'),
  }),
  examples: [['bytechat gcr prune --dry-run', 'what would be deleted']],
  checks: 'reach',
  locks: true,
  facts: () => [project.name, repository.name, googleImages.name, ...USED],
  plan: (config, facts, { keep = config.keep }) => ({ steps: pruneImages(config, facts, keep), books: 'here' }),
  confirm: ({ app: { name } }) => ({ word: name, question: `Type ${name} to delete them` }),
});
