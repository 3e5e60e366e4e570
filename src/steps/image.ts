import type { Config } from '../config/config.ts';
import { imageOf, LABELS } from '../config/containers.ts';
import { buildLogOf, buildSubject, imageIn, stampOf } from '../config/image.ts';
import { type Action, call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { git } from '../core/facts/git.ts';
import { type ImageFact, image } from '../core/facts/image.ts';
import { nameFor } from '../core/hash.ts';
import type { Step } from '../core/step.ts';
import * as docker from '../tools/docker.ts';
import { firstOf } from './first-of.ts';

/** Nothing, when the daemon has the image of these inputs. What the registry has is taken from there, not built again. */
export const makeImage = (config: Config, facts: Facts): Step[] => {
  const now = need(image, facts);
  const name = imageOf(config, now.tag);
  if (now.here) return [];
  return [
    {
      id: 'image',
      title: now.there ? `Pull ${name}` : `Build ${name}`,
      needs: [image.name],
      tells: true,
      changes: [{ action: 'create', what: `image ${name}`, because: now.there ? 'its registry has it' : reason(now) }],
      actions: now.there ? [pullIt(config, name, now)] : buildIt(config, facts),
    },
  ];
};

/** With the login of the config, when there is one: Docker's own is not touched. */
const pullIt = ({ registry }: Config, name: string, { platform }: ImageFact): Action =>
  call('image', 'pull', { image: name, platform, ...registry });

/** Of this checkout alone: another one may build the same content in the same Docker at the same time. */
const provisional = (config: Config, tag: string): string => imageOf(config, `${tag}-${nameFor(config.root)}`);

const buildIt = (config: Config, facts: Facts): Action[] => {
  const { tag, hash, platform } = need(image, facts);
  const { secrets } = imageIn(config);
  const subject = buildSubject(config, platform);
  const built = provisional(config, tag);
  const request = {
    ...subject,
    context: { $value: 'context.path' },
    tag: built,
    secrets,
    labels: labelsOf(config, facts),
  };
  return [
    call('build', 'link', { context: subject.context, name: tag }, 'context'),
    { ...docker.build(request), log: buildLogOf(config, tag) },
    call('build', 'name', { subject, stamp: stampOf(config), planned: hash, built, image: imageOf(config, tag) }),
    call('build', 'unlink', { path: { $value: 'context.path' } }),
  ];
};

/** The commit is the first that has built this content: it is no part of the tag, and changes no layer. */
const labelsOf = ({ app }: Config, facts: Facts): Record<string, string> => {
  const { commit, dirty } = need(git, facts);
  const revision = commit === 'unknown' ? {} : { 'org.opencontainers.image.revision': revisionOf(commit, dirty) };
  return { [LABELS.app]: app.name, 'org.opencontainers.image.version': need(image, facts).tag, ...revision };
};

const revisionOf = (commit: string, dirty: number): string => (dirty === 0 ? commit : `${commit}-dirty`);

const reason = ({ changed }: ImageFact): string =>
  changed.length === 0 ? 'nobody has built it from these inputs yet' : firstOf(changed);
