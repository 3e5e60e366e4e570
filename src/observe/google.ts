import { gkeRef, googleRepositoryOf, projectIn } from '../config/gcp.ts';
import { GOOGLE_APIS } from '../core/google.ts';
import type { Json } from '../core/json.ts';
import type { Observer } from './observer.ts';

/** Who we are at Google, and whether anything may be made there. */
export const observeProject: Observer = async ({ config }, ask) =>
  (await ask.call('gcp', 'project', { project: projectIn(config), apis: [...GOOGLE_APIS] })) as Json;

export const observeGke: Observer = async ({ config }, ask) =>
  (await ask.call('gke', 'describe', gkeRef(config))) ?? null;

export const observeGkeClusters: Observer = async ({ config }, ask) =>
  (await ask.call('gke', 'list', { project: projectIn(config) })) ?? [];

export const observeRepository: Observer = async ({ config }, ask) => {
  const at = googleRepositoryOf(config);
  return at ? ((await ask.call('artifacts', 'repository', { ...at })) ?? null) : null;
};

export const observeRegion: Observer = async ({ config }, ask) =>
  (await ask.call('gcp', 'region', { project: projectIn(config), region: config.gcp.region })) as Json;

/** What the registry of Google has of the app's image. */
export const observeGoogleImages: Observer = async ({ config }, ask) => {
  const at = googleRepositoryOf(config);
  return at ? ((await ask.call('artifacts', 'images', { ...at })) ?? []) : [];
};
