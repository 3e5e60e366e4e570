import type { ReleaseRecord, Releases } from '../core/release.ts';
import { appendLine, jsonLines, readIfThere } from './files.ts';

/** History as JSON lines in one file that only grows. */
export const fileReleases = (file: string): Releases => ({
  append: record => appendLine(file, JSON.stringify(record)),
  list: async () => jsonLines<ReleaseRecord>((await readIfThere(file)) ?? ''),
});
