import { gkeRef, googleRepositoryOf, projectIn } from '../config/gcp.ts';
import type { ProjectFact } from '../core/facts/google.ts';
import { GOOGLE_APIS } from '../core/google.ts';
import type { Json } from '../core/json.ts';
import { BytechatError, isError } from '../core/problem.ts';
import type { Observer } from './observer.ts';

/** Who we are at Google, and whether anything may be made there. */
export const observeProject: Observer = async ({ config }, ask) =>
  (await ask.call('gcp', 'project', { project: projectIn(config), apis: [...GOOGLE_APIS] })) as Json;

/** What cannot be read because of the project is told as that: of one that is not there Google says only that we may not. */
const inProject =
  (observer: Observer): Observer =>
  async (subject, ask) => {
    try {
      return await observer(subject, ask);
    } catch (error) {
      if (!(error instanceof BytechatError) || error.problem.code === 'interrupted') throw error;
      const { problems } = (await observeProject(subject, ask)) as unknown as ProjectFact;
      const ofProject = problems.filter(isError);
      const isAll = ofProject.some(({ code }) => OF_ALL.includes(code));
      throw new BytechatError(isAll ? ofProject : [...ofProject, ...error.problems]);
    }
  };

/** With these nothing can be read, and nothing else needs to be told. */
const OF_ALL: readonly string[] = ['no-project', 'no-credentials', 'no-billing'];

export const observeGke: Observer = inProject(
  async ({ config }, ask) => (await ask.call('gke', 'describe', gkeRef(config))) ?? null,
);

export const observeGkeClusters: Observer = inProject(
  async ({ config }, ask) => (await ask.call('gke', 'list', { project: projectIn(config) })) ?? [],
);

export const observeRepository: Observer = inProject(async ({ config }, ask) => {
  const at = googleRepositoryOf(config);
  return at ? ((await ask.call('artifacts', 'repository', { ...at })) ?? null) : null;
});

export const observeRegion: Observer = inProject(
  async ({ config }, ask) =>
    (await ask.call('gcp', 'region', { project: projectIn(config), region: config.gcp.region })) as Json,
);

/** What the registry of Google has of the app's image. */
export const observeGoogleImages: Observer = inProject(async ({ config }, ask) => {
  const at = googleRepositoryOf(config);
  return at ? ((await ask.call('artifacts', 'images', { ...at })) ?? []) : [];
});
