import { imageOf, registryOf } from '../../config/containers.ts';
import { buildSubject, stampOf } from '../../config/image.ts';
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

/** One question to the registry. One that does not answer here is told of when something has to be pulled or pushed. */
const isStored = async (tag: string, { config }: Subject, ask: Ask): Promise<boolean> => {
  if (registryOf(config.app.image?.repository ?? '') === undefined) return false;
  const login = config.registry ?? {};
  return Boolean(await ask.call('registry', 'head', { image: imageOf(config, tag), ...login }).catch(() => null));
};
