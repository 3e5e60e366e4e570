import { type Login, type Repository, repositoryOf } from '../core/repository.ts';
import type { Config } from './config.ts';

/** Where the app's images are kept, and who logs in there. */
export interface Registry extends Repository {
  /** Null: Docker knows, or nobody is asked. */
  readonly login: Login | null;
}

/** Undefined when the repository names no registry, or the app has no image. */
export const registryOf = ({ app, registry }: Pick<Config, 'app' | 'registry'>): Registry | undefined => {
  const found = app.image && repositoryOf(app.image.repository);
  return found && { ...found, login: registry ?? null };
};
