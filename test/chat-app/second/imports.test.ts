/** The second implementation is worth something only as long as it is one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, 'implementation');
const IMPORT = /(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g;

test('it imports its own files and Node, and nothing of the chat', () => {
  const files = readdirSync(folder);
  const imports = files.flatMap(file => {
    const source = readFileSync(join(folder, file), 'utf8');
    return [...source.matchAll(IMPORT)].map(([, from = '']) => from);
  });
  expect(imports.length).toBeGreaterThan(files.length);
  expect(imports.filter(from => !from.startsWith('node:') && !/^\.\/[a-z]+\.ts$/.test(from))).toEqual([]);
});
