import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const repository = dirname(dirname(import.meta.dirname));

export interface SourceFile {
  /** Relative to the repository, with forward slashes: `src/core/plan.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every source file below these folders of the repository. */
export const sourcesIn = (...folders: readonly string[]): SourceFile[] =>
  folders
    .flatMap(folder => readdirSync(join(repository, folder), { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && /\.(ts|tsx|js)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !file.includes('node_modules'))
    .map(file => ({ path: relative(repository, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));
