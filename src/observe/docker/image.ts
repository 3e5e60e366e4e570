import { imageOf } from '../../config/containers.ts';
import { buildSubject, stampOf } from '../../config/image.ts';
import { storedAt } from '../../config/stored.ts';
import type { DockerFact } from '../../core/facts/docker.ts';
import type { ImageFact } from '../../core/facts/image.ts';
import { readBuild } from '../../engine/build-context.ts';
import * as docker from '../../tools/docker.ts';
import type { Ask, Observer, Subject } from '../observer.ts';
import { observeDocker } from './daemon.ts';

export const observeImage: Observer = async (subject, ask): Promise<ImageFact> => {
  const { platform } = (await observeDocker(subject, ask)) as DockerFact;
  const wanted = buildSubject(subject.config, platform);
  const { hash, tag, files, changed, restless, missing } = await readBuild(wanted, stampOf(subject.config));
  const here = (await ask.read(docker.inspectImage(imageOf(subject.config, tag)))) !== undefined;
  const there = !here && (await isStored(tag, subject, ask));
  return { hash, tag, platform: wanted.platform, files, changed, restless, missing, here, there };
};

/** A registry that does not answer saves no build; it is told of when something has to be pushed. */
const isStored = async (tag: string, { config }: Subject, ask: Ask): Promise<boolean> => {
  const stored = storedAt(config);
  return Boolean(stored && (await ask.call('registry', 'glance', { ...stored, image: imageOf(config, tag) })));
};
