import type { Config } from '../config/config.ts';
import { type GoogleRepository, googleRepositoryOf } from '../config/gcp.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { type GoogleImageFact, googleImages } from '../core/facts/google.ts';
import { history } from '../core/facts/history.ts';
import { recorded } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError } from '../core/problem.ts';
import type { Change, Step } from '../core/step.ts';

/** Where the app's image is kept at Google, which must be so. */
export const mustBeAtGoogle = (config: Config): GoogleRepository => {
  const found = googleRepositoryOf(config);
  if (found) return found;
  const { image } = config.app;
  throw new BytechatError({
    code: 'missing-value',
    message: image ? `${image.repository} is not kept at Google` : 'app has no image',
    because: 'gcr is about Artifact Registry alone',
    fix: image
      ? 'bytechat registry is for any other; without app.image.repository the image goes to Artifact Registry'
      : 'add app.image with its dockerfile',
  });
};

/** The app's own images, of those in its repository. */
export const ownImages = (config: Config, facts: Facts): readonly GoogleImageFact[] => {
  const { image } = mustBeAtGoogle(config);
  return need(googleImages, facts).filter(each => each.image === image);
};

/** The tags that a release has, wherever it was deployed from. */
export const releasesKnown = (facts: Facts): ReadonlySet<string> =>
  new Set([
    ...need(recorded, facts),
    ...need(history, facts).map(({ release }) => release),
    need(serving, facts).release,
  ]);

/** How bytechat names what it pushes. What has another tag is somebody else's; what has none is left to the cleanup policy. */
const OURS = /^[0-9a-f]{12}$/;

const isOurs = ({ tags }: GoogleImageFact): boolean => tags.length > 0 && tags.every(tag => OURS.test(tag));

export const pruneImages = (config: Config, facts: Facts, keep: number): Step[] => {
  const at = mustBeAtGoogle(config);
  const all = ownImages(config, facts);
  const known = releasesKnown(facts);
  const newest = all
    .filter(isOurs)
    .toSorted((a, b) => Date.parse(b.uploaded) - Date.parse(a.uploaded))
    .slice(0, keep);
  const gone = all.filter(each => isOurs(each) && !newest.includes(each) && !each.tags.some(tag => known.has(tag)));
  if (gone.length === 0) return [];
  const because = 'no release and no rule keeps it';
  return [
    {
      id: 'prune',
      title: `Delete ${gone.length} of ${all.length} images`,
      needs: [googleImages.name, history.name, recorded.name, serving.name],
      changes: [
        ...gone.map(({ tags }): Change => ({ action: 'delete', what: `${at.image}:${tags.join(', ')}`, because })),
        { action: 'keep', what: `${all.length - gone.length} of ${all.length} images` },
      ],
      actions: [call('artifacts', 'delete', { ...at, digests: gone.map(({ digest }) => digest) })],
    },
  ];
};
