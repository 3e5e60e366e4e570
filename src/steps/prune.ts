import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import { dockerProblem } from '../core/docker-problem.ts';
import { type Facts, need } from '../core/fact.ts';
import { docker } from '../core/facts/docker.ts';
import { inUse, recorded, registry, type TagFact } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { fullNameOf, referenceOf } from '../core/repository.ts';
import type { Change, Step } from '../core/step.ts';
import { storeOf } from './registry.ts';

/** How bytechat names what it pushes. All other tags are somebody else's, and stay. */
const OURS = /^[0-9a-f]{12}$/;

/** Deletes what nothing uses: one call for each digest, because with it go all tags that lead there. */
export const pruneTags = (config: Config, facts: Facts, keep: number): Step[] => {
  const { image, ...login } = storeOf(config);
  const tags = need(registry, facts) ?? [];
  const gone = unwanted(tags, wantedBy(config, facts, keep));
  if (gone.length === 0) return [];
  const because = 'no release, no container and no rule keeps it';
  const stay = tags.length - gone.length;
  const kept: Change[] = stay === 0 ? [] : [{ action: 'keep', what: `${stay} of ${tags.length} tags` }];
  return [
    {
      id: 'prune',
      title: `Delete ${gone.length} of ${tags.length} tags`,
      needs: [registry.name, recorded.name, inUse.name, serving.name],
      changes: [...gone.map(({ tag }): Change => ({ action: 'delete', what: `${image}:${tag}`, because })), ...kept],
      actions: [...new Set(gone.map(({ digest }) => digest))].map(digest =>
        call('registry', 'delete', { ...login, image: `${image}@${digest}` }),
      ),
    },
  ];
};

type Wanted = (tag: TagFact) => boolean;

/** Tags that nobody wants, and whose manifest no wanted tag leads to: neither as itself nor as a part. */
export const unwanted = (tags: readonly TagFact[], isWanted: Wanted): TagFact[] => {
  const needed = new Set(tags.filter(isWanted).flatMap(({ digest, parts }) => [digest, ...parts]));
  return tags.filter(tag => !isWanted(tag) && !needed.has(tag.digest));
};

const wantedBy = (config: Config, facts: Facts, keep: number): Wanted => {
  const { image } = storeOf(config);
  const releases = new Set([...need(recorded, facts), need(serving, facts).release]);
  const newest = new Set(newestOf(need(registry, facts) ?? [], keep));
  const used = new Set(usedOf(image, facts));
  const isUsed = ({ tag, digest, parts }: TagFact): boolean => [tag, digest, ...parts].some(name => used.has(name));
  return tag => !OURS.test(tag.tag) || releases.has(tag.tag) || newest.has(tag.tag) || isUsed(tag);
};

/** Tags and digests of this repository that containers here were made from. */
const usedOf = (image: string, facts: Facts): string[] => {
  const now = need(docker, facts);
  const names = need(inUse, facts);
  if (names) return names.filter(name => fullNameOf(name) === fullNameOf(image)).map(referenceOf);
  // Where there is no Docker there are no containers; where it does not answer, nobody knows.
  if (now.client === '') return [];
  throw new BytechatError({
    ...(dockerProblem(now) ?? SILENT),
    because: 'what its containers use must be known before anything is deleted',
  });
};

const SILENT: Problem = {
  code: 'docker-down',
  message: 'Docker does not say which containers there are',
  fix: 'docker ps --all shows why; then try again',
};

/** One that does not say when it was made counts as new. */
const newestOf = (tags: readonly TagFact[], keep: number): string[] => {
  const time = ({ created }: TagFact): number => Date.parse(created) || Number.POSITIVE_INFINITY;
  const ours = tags.filter(({ tag }) => OURS.test(tag));
  return ours
    .toSorted((a, b) => (time(a) === time(b) ? 0 : time(b) - time(a)))
    .slice(0, keep)
    .map(({ tag }) => tag);
};
