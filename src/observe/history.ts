import { join } from 'node:path';
import type { Json } from '../core/json.ts';
import { fileReleases } from '../engine/file-releases.ts';
import type { Observer } from './observer.ts';

export const observeHistory: Observer = async ({ config }) =>
  (await fileReleases(join(config.state, 'history.jsonl')).list()) as unknown as Json;
