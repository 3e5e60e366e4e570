import type { Json } from '../core/json.ts';
import { fileLock } from '../engine/file-lock.ts';
import type { Observer } from './observer.ts';

export const observeLock: Observer = async ({ config }) =>
  ((await fileLock(config.lock).status()) ?? null) as unknown as Json;
