import { jsonLines } from '../../engine/files.ts';
import * as docker from '../../tools/docker.ts';
import type { Ask, Observer } from '../observer.ts';

/**
 * The names and digests of the images of all containers, also of those that have ended: they may be started again. Null
 * when Docker does not answer, because then nobody knows.
 */
export const observeInUse: Observer = async (_subject, ask): Promise<string[] | null> => {
  const ids = await ask.read(docker.allContainers());
  if (ids === undefined) return null;
  const made = await linesOf<MadeFrom>(docker.imagesOfContainers, ids.split('\n').filter(Boolean), ask);
  const images = made && (await linesOf<Names>(docker.namesOfImages, [...new Set(made.map(({ id }) => id))], ask));
  if (!made || !images) return null;
  const names = images.flatMap(({ tags, digests }) => [...(tags ?? []), ...(digests ?? [])]);
  return [...new Set([...made.map(({ name }) => name), ...names])].sort();
};

interface MadeFrom {
  readonly id: string;
  readonly name: string;
}

interface Names {
  readonly tags: readonly string[] | null;
  readonly digests: readonly string[] | null;
}

/** One that has gone since it was listed is said to be gone, and the others are told all the same. */
const linesOf = async <Line>(
  question: (ids: readonly string[]) => ReturnType<typeof docker.allContainers>,
  ids: readonly string[],
  ask: Ask,
): Promise<Line[] | undefined> => {
  if (ids.length === 0) return [];
  const { status, stdout, stderr } = await ask.outcome(question(ids));
  return status === 'ok' || /no such (container|image|object)/i.test(stderr) ? jsonLines<Line>(stdout) : undefined;
};
