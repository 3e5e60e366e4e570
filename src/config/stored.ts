import { repositoryOf, type Stored } from '../core/repository.ts';
import type { Config } from './config.ts';

/** What every question to the app's registry begins with; undefined when its repository names none. */
export const storedAt = ({ app: { image }, registry }: Pick<Config, 'app' | 'registry'>): Stored | undefined =>
  image && repositoryOf(image.repository) ? { image: image.repository, ...registry } : undefined;
