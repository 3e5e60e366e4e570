import { imageOf } from '../../config/containers.ts';
import { buildSubject, stampOf } from '../../config/image.ts';
import { storedAt } from '../../config/stored.ts';
import type { DockerFact } from '../../core/facts/docker.ts';
import type { ImageFact } from '../../core/facts/image.ts';
import { isInCluster } from '../../core/target.ts';
import { readBuild } from '../../engine/build-context.ts';
import * as docker from '../../tools/docker.ts';
import type { Ask, Observer, Subject } from '../observer.ts';
import { observeDocker } from './daemon.ts';

export const observeImage: Observer = async (subject, ask): Promise<ImageFact> => {
  const wanted = buildSubject(subject.config, await platformOf(subject, ask));
  const { hash, tag, files, changed, restless, missing } = await readBuild(wanted, stampOf(subject.config));
  const read = { hash, tag, platform: wanted.platform, files, changed, restless, missing };
  return { ...read, ...(await whereIs(tag, subject, ask)) };
};

/** A cluster does not care what the daemon of this machine runs on. */
const platformOf = async (subject: Subject, ask: Ask): Promise<string> => {
  if (isInCluster(subject.config.target)) return '';
  const { platform } = (await observeDocker(subject, ask)) as DockerFact;
  return platform;
};

/** Who runs images here asks this daemon first; a cluster takes them from the registry, and the daemon only builds. */
const whereIs = async (tag: string, subject: Subject, ask: Ask): Promise<Pick<ImageFact, 'here' | 'there'>> => {
  const isHere = async (): Promise<boolean> =>
    (await ask.read(docker.inspectImage(imageOf(subject.config, tag)))) !== undefined;
  if (isInCluster(subject.config.target)) {
    const there = await isStored(tag, subject, ask);
    return { there, here: !there && (await isHere()) };
  }
  const here = await isHere();
  return { here, there: !here && (await isStored(tag, subject, ask)) };
};

/** A registry that does not answer saves no build; it is told of when something has to be pushed. */
const isStored = async (tag: string, { config }: Subject, ask: Ask): Promise<boolean> => {
  const stored = storedAt(config);
  return Boolean(stored && (await ask.call('registry', 'glance', { ...stored, image: imageOf(config, tag) })));
};
